"""tus 1.0: an upload resumes where the file ends, belongs to who began it, and becomes one video."""

import base64
import hashlib
import random
import re
import time
from datetime import timedelta

import pytest
import requests
from django.urls import reverse
from django.utils import timezone
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from media_pipeline import jobs
from media_pipeline.models import Asset, Job, Upload
from media_pipeline.sending import appending, uploads
from tests.factories.media_pipeline import AssetFactory, UploadFactory
from tests.media_pipeline.weak_line import WeakLine

VERSION = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
CONTENT = bytes(range(256)) * 4


def meta(**pairs):
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def begin(client, length=1024, **pairs):
    return client.post("/tus/", headers=VERSION | {"Upload-Length": str(length), "Upload-Metadata": meta(**pairs)})


def part(client, url, data, at, **headers):
    return client.patch(url, data=data, content_type=PART, headers=VERSION | {"Upload-Offset": str(at)} | headers)


@pytest.fixture
def address(her):
    response = begin(her, filename="video.mp4", title="蛋炒饭 🍳", purpose="submission")
    assert response.status_code == 201
    return re.sub(r"^https?://[^/]+", "", response["Location"])


def test_the_server_says_what_it_can_do(her):
    response = her.options("/tus/")
    assert response.status_code == 204
    assert response["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert response["Tus-Version"] == "1.0.0"


def test_parts_add_up_and_the_last_one_makes_the_video(her, learner, address, media_root):
    assert part(her, address, CONTENT[:300], 0)["Upload-Offset"] == "300"
    assert her.head(address, headers=VERSION)["Upload-Offset"] == "300"
    assert not Asset.objects.exists()
    assert part(her, address, CONTENT[300:], 300)["Upload-Offset"] == "1024"
    asset = Asset.objects.get()
    assert (asset.owner, asset.title, asset.state, asset.purpose) == (learner, "蛋炒饭 🍳", "received", "submission")
    assert (media_root / asset.original_key).read_bytes() == CONTENT
    assert address.endswith(str(asset.pk))


def test_the_last_part_makes_one_video_however_often_it_arrives(
    her, address, media_root, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        part(her, address, CONTENT, 0)
    assert part(her, address, CONTENT, 0).status_code == 409
    assert her.head(address, headers=VERSION)["Upload-Offset"] == str(len(CONTENT))
    assert Asset.objects.count() == Job.objects.count() == 1
    assert not list((media_root / "uploads").iterdir())


def test_a_server_that_died_after_the_last_byte_makes_the_video_when_asked_again(her, address, media_root):
    (media_root / "uploads" / address.rsplit("/", 1)[1]).write_bytes(CONTENT)
    assert her.head(address, headers=VERSION)["Upload-Offset"] == str(len(CONTENT))
    assert Asset.objects.count() == 1


def test_a_part_in_the_wrong_place_is_refused(her, address):
    part(her, address, CONTENT[:300], 0)
    assert part(her, address, CONTENT[100:], 100).status_code == 409
    assert her.head(address, headers=VERSION)["Upload-Offset"] == "300"


def test_more_than_was_announced_is_refused_before_it_is_read(her, address):
    assert part(her, address, CONTENT + b"more", 0).status_code == 413
    assert her.head(address, headers=VERSION)["Upload-Offset"] == "0"


@pytest.mark.parametrize("algorithm", appending.CHECKSUMS)
def test_a_part_that_was_damaged_on_its_way_is_not_kept(her, address, algorithm):
    def checksum(data):
        return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"

    assert part(her, address, CONTENT[:300], 0, **{"Upload-Checksum": checksum(b"other")}).status_code == 460
    assert her.head(address, headers=VERSION)["Upload-Offset"] == "0"
    assert part(her, address, CONTENT[:300], 0, **{"Upload-Checksum": checksum(CONTENT[:300])}).status_code == 204


def test_a_checksum_nobody_knows_is_refused(her, address):
    assert part(her, address, b"x", 0, **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400


def test_two_tabs_cannot_write_at_once(her, address):
    upload = Upload.objects.get()
    with appending._open_locked(upload):
        assert part(her, address, CONTENT[:10], 0).status_code == 423
    assert part(her, address, CONTENT[:10], 0).status_code == 204


def test_what_arrived_before_the_line_broke_is_kept(her, address):
    upload = Upload.objects.get()
    pieces = iter([CONTENT[:200], b""])
    assert appending.append(upload, at=0, length=len(CONTENT), read=lambda size: next(pieces)) == 200
    assert her.head(address, headers=VERSION)["Upload-Offset"] == "200"


def test_she_can_give_up(her, address, media_root, django_capture_on_commit_callbacks):
    part(her, address, CONTENT[:10], 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert her.delete(address, headers=VERSION).status_code == 204
    assert her.head(address, headers=VERSION).status_code == 404
    assert not list((media_root / "uploads").iterdir())


@pytest.mark.parametrize("method", ["head", "patch", "delete"])
def test_for_somebody_else_her_upload_does_not_exist(client, outsider, learner, method):
    upload = UploadFactory(owner=learner)
    client.force_login(outsider)
    response = getattr(client, method)(reverse("media_pipeline:upload", args=[upload.pk]), headers=VERSION)
    assert response.status_code == 404
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_without_signing_in_nothing_can_be_sent(client, db):
    response = begin(client)
    assert response.status_code == 401
    assert "sign in" in response.content.decode()


def test_an_old_or_missing_version_is_refused(her):
    assert her.post("/tus/", headers={"Upload-Length": "10"}).status_code == 412


@pytest.mark.parametrize("length", ["", "-1", "ten", "1" * 20])
def test_a_length_that_is_no_number_is_refused(her, length):
    assert her.post("/tus/", headers=VERSION | {"Upload-Length": length}).status_code == 400


def test_metadata_that_cannot_be_read_is_refused(her):
    headers = VERSION | {"Upload-Length": "10", "Upload-Metadata": "title not-base64!"}
    assert her.post("/tus/", headers=headers).status_code == 400


def test_a_file_that_is_too_big_is_refused_before_a_byte_is_sent(her, settings):
    settings.MEDIA_PIPELINE_MAX_BYTES = 1000
    response = begin(her, length=1001)
    assert response.status_code == 413
    assert "too big" in response.content.decode()


def test_the_quota_counts_what_she_has_and_what_is_on_its_way(her, learner, settings):
    settings.MEDIA_PIPELINE_QUOTA_BYTES = 3000
    AssetFactory(owner=learner, size_bytes=1000)
    assert begin(her, length=1500).status_code == 201
    refused = begin(her, length=1500)
    assert refused.status_code == 403
    assert "no room" in refused.content.decode()


def test_uploads_that_are_begun_and_never_sent_are_counted_too(her, learner):
    UploadFactory.create_batch(uploads.MOST_UNFINISHED, owner=learner, length=1)
    assert begin(her, length=1).status_code == 403


def test_a_disk_that_is_nearly_full_takes_nothing_new(her, settings):
    settings.MEDIA_PIPELINE_KEEP_FREE_BYTES = 10**18
    response = begin(her)
    assert response.status_code == 507
    assert "tomorrow" in response.content.decode()


def test_a_learner_may_not_add_lesson_videos(her):
    assert begin(her, purpose="lesson").status_code == 403
    assert begin(her, purpose="anything").status_code == 400


def test_what_nobody_continues_is_forgotten(learner, media_root):
    stale, fresh = UploadFactory(owner=learner), UploadFactory(owner=learner)
    for upload in (stale, fresh):
        path = media_root / upload.key
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"some")
    Upload.objects.filter(pk=stale.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    jobs.sweep()
    assert list(Upload.objects.all()) == [fresh]


def test_an_upload_that_is_whole_is_finished_rather_than_forgotten(learner, media_root):
    upload = UploadFactory(owner=learner, length=4, expires_at=timezone.now() - timedelta(minutes=1))
    path = media_root / upload.key
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"some")
    jobs.sweep()
    assert Asset.objects.get().pk == upload.pk


@pytest.mark.django_db(transaction=True)
def test_another_client_on_a_line_that_breaks_twenty_times_sends_the_identical_file(
    live_server, learner, client, tmp_path, media_root
):
    """tuspy knows nothing of us; between it and the server a line is cut again and again, at any byte."""
    dice = random.Random(20261122)
    content = dice.randbytes(20_000_000)
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    client.force_login(learner)
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    with WeakLine(live_server.url, dice) as line:
        headers = {"Cookie": cookies, "X-CSRFToken": "a" * 32}
        url = _send(TusClient(f"{line.url}/tus/", headers=headers), path)
        line.repair()
    asset = Asset.objects.get()
    assert line.cuts >= 20
    assert url.endswith(str(asset.pk))
    assert (media_root / asset.original_key).read_bytes() == content
    assert Job.objects.count() == 1


def _send(client, path):
    """Send the file, going on after each break as a phone would; return the address of the upload."""
    url = None
    for _attempt in range(400):
        try:
            uploader = client.uploader(str(path), url=url, chunk_size=1_000_000, metadata={"title": "Film"})
            if url is None:
                url = uploader.create_url()
                continue
            uploader.upload()
        except (TusCommunicationError, TusUploadFailed, requests.RequestException) as error:
            if getattr(error, "status_code", None) == 500:
                pytest.fail("The server broke, not the line.")
            time.sleep(0.01)
            continue
        return url
    pytest.fail("The upload never came to its end.")
