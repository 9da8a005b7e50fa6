"""An upload that goes from the phone straight into the bucket, in parts that are signed one by one.

Which parts have arrived is asked of the bucket (ListParts), so nothing here can disagree with it. The length of each
part is signed with its address: nobody can put in more than was announced when the quota was looked at.
"""

from typing import TYPE_CHECKING

from media_pipeline.models import Upload
from media_pipeline.storage import bucket

if TYPE_CHECKING:
    from media_pipeline.bucket import Part

PART_BYTES = 5 * 1024 * 1024  # the least a store takes, for weak lines: a part that breaks is sent again
SIGNED_SECONDS = 15 * 60  # until the sending of a part must have begun


def begin(upload: Upload) -> None:
    """Begin it in the bucket too. Raises StorageAway."""
    upload.multipart = bucket().begin_parts(upload.original_key)
    Upload.objects.filter(pk=upload.pk).update(multipart=upload.multipart)


def length_of(upload: Upload, number: int) -> int:
    """How many bytes part ``number`` has, counted from 1; zero for one that does not exist."""
    return max(0, min(PART_BYTES, upload.length - (number - 1) * PART_BYTES)) if number > 0 else 0


def address(upload: Upload, number: int) -> str:
    """Where the phone may put part ``number``."""
    length = length_of(upload, number)
    return bucket().part_address(
        upload.original_key, upload.multipart, number=number, length=length, seconds=SIGNED_SECONDS
    )


def arrived(upload: Upload) -> "list[Part]":
    """The parts that are there as they must be. Raises FileNotFoundError when the bucket knows it no more."""
    found = bucket().parts(upload.original_key, upload.multipart)
    return [part for part in found if part.size == length_of(upload, part.number)]


def is_whole(upload: Upload) -> bool:
    """Whether the whole file is in the bucket, once its parts have been joined if all are there. Raises StorageAway."""
    if not upload.multipart:
        return False
    try:
        parts = arrived(upload)
        if sum(part.size for part in parts) == upload.length:
            bucket().join_parts(upload.original_key, upload.multipart, parts)
    except FileNotFoundError:
        pass  # joined by a request whose answer was lost, or given up: the file itself will tell
    try:
        return bucket().size(upload.original_key) == upload.length
    except FileNotFoundError:
        return False


def discard(upload: Upload) -> None:
    """Let the bucket forget the parts that have arrived. Raises StorageAway."""
    bucket().give_up_parts(upload.original_key, upload.multipart)
