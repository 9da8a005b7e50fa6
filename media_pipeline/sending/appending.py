"""The bytes of a tus upload on the local disk: how many there are is the size of the file, read under a lock on it.

So a dropped connection, a second tab or a killed server cannot disagree with it.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from media_pipeline.models import Upload
from media_pipeline.storage import local

CHUNK = 256 * 1024
CHECKSUMS = ("sha1", "sha256", "md5")


class Locked(Exception):
    """Another request is writing this upload just now."""


class WrongOffset(Exception):
    """The part does not begin where the file ends."""


class WrongChecksum(Exception):
    """The part is not what the client sent; nothing of it was kept."""


class TooMuch(Exception):
    """The part would make the file longer than was announced."""


def has_room(length: int) -> bool:
    """Whether the disk takes ``length`` bytes more and keeps what must stay free."""
    return local.free_bytes() - length >= settings.MEDIA_PIPELINE_KEEP_FREE_BYTES


def begin(upload: Upload) -> None:
    """Make the empty file."""
    path = local.path(upload.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def offset(upload: Upload) -> int:
    """How many bytes have arrived."""
    if upload.asset_id:
        return upload.length
    try:
        return local.path(upload.key).stat().st_size
    except FileNotFoundError:
        # Between the two looks another request may have finished it.
        return upload.length if Upload.objects.filter(pk=upload.pk, asset__isnull=False).exists() else 0


def is_whole(upload: Upload) -> bool:
    """Whether all of it has arrived."""
    return offset(upload) == upload.length


def place(upload: Upload) -> None:
    """Link the file to where its video keeps it, before the commit; its old name goes after: no crash loses it."""
    local.link(upload.key, upload.original_key)
    transaction.on_commit(partial(local.delete, upload.key))


def discard(upload: Upload) -> None:
    """Delete what has arrived."""
    local.delete(upload.key)


@contextmanager
def _open_locked(upload: Upload) -> Iterator[int]:
    """Open the file for appending under an exclusive lock; raises Locked, or FileNotFoundError."""
    descriptor = os.open(local.path(upload.key), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked from error
        yield descriptor
    finally:
        os.close(descriptor)


def append(
    upload: Upload,
    *,
    at: int,
    length: int,
    read: Callable[[int], bytes],
    checksum: tuple[str, bytes] | None = None,
) -> int:
    """Add up to ``length`` bytes from ``read`` at offset ``at``; return the new offset.

    What arrived before a connection broke is kept, unless a checksum was given, which then fails. Raises Locked,
    WrongOffset, TooMuch, WrongChecksum, FileNotFoundError or OSError.
    """
    with _open_locked(upload) as descriptor:
        here = os.fstat(descriptor).st_size
        if here != at:
            raise WrongOffset
        if here + length > upload.length:
            raise TooMuch
        digest = hashlib.new(checksum[0], usedforsecurity=False) if checksum else None
        try:
            _copy(read, descriptor, length, digest)
        finally:
            if checksum and digest and digest.digest() != checksum[1]:
                os.ftruncate(descriptor, here)
        if checksum and digest and digest.digest() != checksum[1]:
            raise WrongChecksum
        os.fsync(descriptor)
        return os.fstat(descriptor).st_size


def _copy(read: Callable[[int], bytes], descriptor: int, length: int, digest: Any) -> None:
    while length > 0 and (chunk := read(min(CHUNK, length))):
        length -= len(chunk)
        if digest:
            digest.update(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(descriptor, view) :]


def sweep() -> None:
    """Delete bytes whose row is gone; young files are left alone, their row may not be committed yet."""
    folder = local.path("uploads")
    if not folder.is_dir():
        return
    limit = timezone.now().timestamp() - 2 * 3600 * settings.MEDIA_PIPELINE_UPLOAD_HOURS
    old = [path for path in folder.iterdir() if path.stat().st_mtime < limit]
    _delete_unknown(old)


def _delete_unknown(paths: list[Path]) -> None:
    rows = Upload.objects.unfinished().filter(pk__in=[path.name for path in paths])
    known = {str(pk) for pk in rows.values_list("pk", flat=True)}
    for path in paths:
        if path.name not in known:
            path.unlink(missing_ok=True)
