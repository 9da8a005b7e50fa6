"""Videos in a bucket of any S3 store, and uploads that go there straight from the phone, in parts.

API: https://docs.aws.amazon.com/AmazonS3/latest/API/ (ListObjectsV2, the multipart calls, presigned URLs by Signature
Version 4). What differs between stores is a setting: endpoint, region, path or virtual-host style.
"""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from media_pipeline.storage import StorageAway, content_type, local, quiet

_READ = 1024 * 1024
_AT_ONCE = 8  # files that travel together: most are small, and the way to the store is long
_BEAT_EVERY = 1.0  # seconds
# Seconds without a byte, and tries: a store that is silent is known to be away before the lease of a job is over.
_SILENT, _TRIES = 15, 3
_MISSING = {"404", "NoSuchBucket", "NoSuchKey", "NoSuchUpload"}
_ONE_BY_ONE = TransferConfig(use_threads=False)


@dataclass(frozen=True)
class Part:
    """A part of a multipart upload as the store has it; ``size`` in bytes."""

    number: int
    size: int
    tag: str


@contextmanager
def _as_ours(key: str = "") -> Iterator[None]:
    """Turn what boto3 raises into FileNotFoundError or StorageAway."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise FileNotFoundError(key) from error
        raise StorageAway(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageAway(str(error)) from error


class Bucket:
    """One bucket. ``client`` works, ``signer`` signs what browsers ask, under the name the store has for them."""

    def __init__(self, *, name: str, client: Any, signer: Any) -> None:
        self.name = name
        self._client = client
        self._signer = signer

    # -- files ---------------------------------------------------------------------------------------

    def adopt(self, source: Path, key: str) -> None:
        """Upload the file; a store shows it when all of it is there."""
        about = {"ContentType": content_type(key), "CacheControl": "private, max-age=7200"}
        if key.endswith(".mp4"):
            about["ContentDisposition"] = "attachment"  # a link to keep the film leads to another host: it says so here
        with _as_ours(key):
            self._client.upload_file(str(source), self.name, key, ExtraArgs=about, Config=_ONE_BY_ONE)

    @contextmanager
    def fetch(self, key: str, *, beat: Callable[[], None] = quiet) -> Iterator[Path]:
        """Download into a workspace of this machine, which goes with the context."""
        with local.workspace(f"work/fetched-{uuid.uuid4()}") as folder:
            path = folder / "file"
            with _as_ours(key), path.open("wb") as file:
                for chunk in self._client.get_object(Bucket=self.name, Key=key)["Body"].iter_chunks(_READ):
                    beat()
                    file.write(chunk)
            yield path

    def publish(self, directory: Path, prefix: str, *, beat: Callable[[], None] = quiet) -> None:
        """Upload what is new or another size, several files at once, playlists last; delete what is no more."""
        files = {f"{prefix}/{path.relative_to(directory)}": path for path in directory.rglob("*") if path.is_file()}
        there = self._sizes(f"{prefix}/")
        missing = [key for key, path in files.items() if not (key.endswith(".m4s") and there.get(key) == _size(path))]
        for are_playlists in (False, True):
            self._upload([(files[key], key) for key in missing if key.endswith(".m3u8") is are_playlists], beat)
        self._delete_all(sorted(there.keys() - files.keys()))

    def _upload(self, files: list[tuple[Path, str]], beat: Callable[[], None]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                for uploaded in [pool.submit(self.adopt, path, key) for path, key in files]:
                    while not wait([uploaded], timeout=_BEAT_EVERY).done:
                        beat()
                    uploaded.result()
                    beat()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def open(self, key: str) -> BinaryIO:
        """Read all of it; asked only for what is small: playlists and storyboards."""
        with _as_ours(key):
            return BytesIO(self._client.get_object(Bucket=self.name, Key=key)["Body"].read())

    def size(self, key: str) -> int:
        """Ask by HEAD."""
        with _as_ours(key):
            return self._client.head_object(Bucket=self.name, Key=key)["ContentLength"]

    def delete(self, key: str) -> None:
        """Delete the object and all under it."""
        self._delete_all([key, *self._sizes(f"{key}/")])

    def address(self, key: str, *, seconds: int) -> str:
        """A presigned GET."""
        return self._sign("get_object", seconds, Key=key)

    def ping(self) -> None:
        """The bucket is there, and this machine has a disk to work on."""
        local.ping()
        with _as_ours(self.name):
            self._client.head_bucket(Bucket=self.name)

    def _sizes(self, prefix: str) -> dict[str, int]:
        with _as_ours(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
            return {each["Key"]: each["Size"] for page in pages for each in page.get("Contents", [])}

    def _delete_all(self, keys: list[str]) -> None:
        for first in range(0, len(keys), 1000):  # the most that one call takes
            objects = [{"Key": key} for key in keys[first : first + 1000]]
            with _as_ours():
                answer = self._client.delete_objects(Bucket=self.name, Delete={"Objects": objects, "Quiet": True})
            if answer.get("Errors"):
                raise StorageAway(f"{len(answer['Errors'])} files were not deleted")

    def _sign(self, operation: str, seconds: int, **parameters: Any) -> str:
        return self._signer.generate_presigned_url(
            operation, Params={"Bucket": self.name, **parameters}, ExpiresIn=seconds
        )

    def prepare(self, *, origins: list[str], days: int) -> None:
        """Make the bucket if it is missing, let pages of ``origins`` read and write by signed addresses, and have the
        store itself forget uploads that were begun and not ended within ``days``."""
        rule = {"AllowedMethods": ["GET", "HEAD", "PUT"], "AllowedOrigins": origins, "AllowedHeaders": ["*"]}
        forget = {"DaysAfterInitiation": days}
        forgetting = {"ID": "unfinished", "Status": "Enabled", "Filter": {"Prefix": ""}}
        with _as_ours(self.name):
            try:
                self._client.head_bucket(Bucket=self.name)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _MISSING:
                    raise
                self._client.create_bucket(Bucket=self.name, **self._place())
            rules = {"CORSRules": [{**rule, "MaxAgeSeconds": 3600}]}
            self._client.put_bucket_cors(Bucket=self.name, CORSConfiguration=rules)
            rules = {"Rules": [{**forgetting, "AbortIncompleteMultipartUpload": forget}]}
            self._client.put_bucket_lifecycle_configuration(Bucket=self.name, LifecycleConfiguration=rules)

    def _place(self) -> dict[str, Any]:
        """Amazon wants to be told the region again, but not its first one."""
        region = self._client.meta.region_name
        return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}

    # -- uploads in parts ------------------------------------------------------------------------------

    def begin_parts(self, key: str) -> str:
        """Begin a multipart upload that will become ``key``; return the store's id of it."""
        with _as_ours(key):
            return self._client.create_multipart_upload(Bucket=self.name, Key=key)["UploadId"]

    def part_address(self, key: str, upload: str, *, number: int, length: int, seconds: int) -> str:
        """Where a phone may put exactly ``length`` bytes as part ``number``: the length is signed too."""
        about = {"UploadId": upload, "PartNumber": number, "ContentLength": length}
        return self._sign("upload_part", seconds, Key=key, **about)

    def parts(self, key: str, upload: str) -> list[Part]:
        """The parts that have arrived, by number. Raises FileNotFoundError when the upload was ended or given up."""
        with _as_ours(key):
            pages = self._client.get_paginator("list_parts").paginate(Bucket=self.name, Key=key, UploadId=upload)
            found = [each for page in pages for each in page.get("Parts", [])]
        found.sort(key=lambda each: each["LastModified"])  # SeaweedFS lists a part that was sent twice twice
        last = {each["PartNumber"]: each for each in found}
        return [Part(number=number, size=last[number]["Size"], tag=last[number]["ETag"]) for number in sorted(last)]

    def join_parts(self, key: str, upload: str, parts: list[Part]) -> None:
        """Make the file of its parts. Raises FileNotFoundError when the upload was ended or given up."""
        listed = [{"PartNumber": part.number, "ETag": part.tag} for part in parts]
        with _as_ours(key):
            self._client.complete_multipart_upload(
                Bucket=self.name, Key=key, UploadId=upload, MultipartUpload={"Parts": listed}
            )

    def give_up_parts(self, key: str, upload: str) -> None:
        """Forget the upload and its parts; harmless when it is gone."""
        try:
            with _as_ours(key):
                self._client.abort_multipart_upload(Bucket=self.name, Key=key, UploadId=upload)
        except FileNotFoundError:
            return


def _size(path: Path) -> int:
    return path.stat().st_size


@cache
def connect(**about: str) -> Bucket:
    """Give the bucket of these settings, always the same one: making clients takes time. Any thread may use it."""

    def client(endpoint: str) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=about["region"],
            aws_access_key_id=about["access_key"] or None,  # None: from the machine's own role
            aws_secret_access_key=about["secret_key"] or None,
            config=Config(
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=_SILENT,
                max_pool_connections=2 * _AT_ONCE,
                retries={"mode": "standard", "total_max_attempts": _TRIES},
                s3={"addressing_style": about["addressing"]},
                request_checksum_calculation="when_required",  # stores other than Amazon's may not know the new ones
                response_checksum_validation="when_required",
            ),
        )

    inside, outside = about["endpoint"], about["public_endpoint"]
    works = client(inside)
    return Bucket(name=about["name"], client=works, signer=works if outside == inside else client(outside))
