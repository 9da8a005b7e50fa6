"""Files on their way from a phone, by tus 1.0 (https://tus.io/protocols/resumable-upload) onto the local disk.

How much has arrived is the size of the file, read and written under a lock on that file, so a dropped connection, a
second tab or a killed server cannot disagree with it. The video an upload becomes has the upload's own id: however
often the last part arrives, there is one.
"""

import fcntl
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection

from media_pipeline import assets, reasons
from media_pipeline.models import Asset, Upload
from media_pipeline.models.assets import Purpose
from media_pipeline.permissions import policy
from media_pipeline.storage import disk

logger = logging.getLogger(__name__)
CHUNK = 256 * 1024
CHECKSUMS = ("sha1", "sha256", "md5")
MOST_UNFINISHED = 20


class UploadRefused(Exception):
    """The upload may not begin; the message is the sentence for her."""


class TooBig(UploadRefused):
    """The file is bigger than any may be."""


class QuotaFull(UploadRefused):
    """She has used up her room."""


class NoRoom(UploadRefused):
    """The disk is nearly full."""


class NotAllowed(UploadRefused):
    """She may not send a video for this purpose or to this collection."""


class Locked(Exception):
    """Another request is writing this upload just now."""


class WrongOffset(Exception):
    """The part does not begin where the file ends."""


class WrongChecksum(Exception):
    """The part is not what the client sent; nothing of it was kept."""


class TooMuch(Exception):
    """The part would make the file longer than was announced."""


def _collection_for(owner: Any, purpose: str, collection_id: int | None) -> Collection | None:
    """Where a new video goes. Raises NotAllowed unless she may add lesson videos there."""
    if purpose == Purpose.SUBMISSION:
        return None
    allowed = policy.collections_user_has_permission_for(owner, "add")
    wanted = allowed.filter(pk=collection_id) if collection_id else allowed
    if (found := wanted.order_by("path").first()) is None:
        raise NotAllowed(_("You may not add lesson videos here. Please ask somebody who looks after this site."))
    return found


@transaction.atomic
def create(*, owner: Any, length: int, title: str, purpose: str, collection_id: int | None = None) -> Upload:
    """Begin an upload of ``length`` bytes. Raises UploadRefused with a sentence for her."""
    if length > settings.MEDIA_PIPELINE_MAX_BYTES:
        raise TooBig(str(reasons.MESSAGES[reasons.TOO_BIG]))
    if length <= 0:
        raise UploadRefused(str(reasons.MESSAGES[reasons.EMPTY]))
    collection = _collection_for(owner, purpose, collection_id)
    get_user_model().objects.select_for_update().get(pk=owner.pk)  # two at once must not share the last of the quota
    unfinished = Upload.objects.unfinished().filter(owner=owner)
    used = Asset.objects.owned_by(owner).aggregate(total=Sum("size_bytes"))["total"] or 0
    coming = unfinished.aggregate(total=Sum("length"))["total"] or 0
    if used + coming + length > settings.MEDIA_PIPELINE_QUOTA_BYTES or unfinished.count() >= MOST_UNFINISHED:
        raise QuotaFull(_("You have no room for more videos. Please delete one you no longer need, then try again."))
    if disk.free_bytes() - length < settings.MEDIA_PIPELINE_KEEP_FREE_BYTES:
        raise NoRoom(_("We have no room for this video just now. Please try again tomorrow; nothing is lost."))
    upload = Upload(
        owner=owner, length=length, title=title[:200], purpose=purpose, collection=collection, expires_at=_expiry()
    )
    path = disk.path(upload.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    upload.save(force_insert=True)
    return upload


def _expiry() -> Any:
    return timezone.now() + timedelta(hours=settings.MEDIA_PIPELINE_UPLOAD_HOURS)


@contextmanager
def _open_locked(upload: Upload) -> Iterator[int]:
    """Open the file for appending under an exclusive lock; raises Locked, or FileNotFoundError."""
    descriptor = os.open(disk.path(upload.key), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked from error
        yield descriptor
    finally:
        os.close(descriptor)


def offset(upload: Upload) -> int:
    """How many bytes have arrived."""
    if upload.asset_id:
        return upload.length
    try:
        return disk.path(upload.key).stat().st_size
    except FileNotFoundError:
        # Between the two looks another request may have finished it.
        return upload.length if Upload.objects.filter(pk=upload.pk, asset__isnull=False).exists() else 0


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
        here = os.fstat(descriptor).st_size
    Upload.objects.filter(pk=upload.pk).update(expires_at=_expiry())
    return here


def _copy(read: Callable[[int], bytes], descriptor: int, length: int, digest: Any) -> None:
    while length > 0 and (chunk := read(min(CHUNK, length))):
        length -= len(chunk)
        if digest:
            digest.update(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(descriptor, view) :]


@transaction.atomic
def finish(upload_id: UUID) -> Asset | None:
    """Make the video of an upload that has arrived whole; the same one however often this is called.

    None while bytes are missing. The file is linked to its new place before the commit and its old name goes after it,
    so no crash in between can lose it.
    """
    upload = Upload.objects.select_for_update(of=("self",)).select_related("collection").get(pk=upload_id)
    if upload.asset_id:
        return Asset.objects.get(pk=upload.asset_id)
    if offset(upload) != upload.length:
        return None
    asset = Asset(
        id=upload.pk, owner_id=upload.owner_id, title=upload.title, purpose=upload.purpose, size_bytes=upload.length
    )
    if upload.collection is not None:
        asset.collection = upload.collection
    disk.link(upload.key, asset.original_key)
    assets.receive(asset=asset, by=upload.owner)
    upload.asset = asset
    upload.save(update_fields=["asset"])
    transaction.on_commit(partial(disk.delete, upload.key))
    return asset


@transaction.atomic
def terminate(upload: Upload) -> None:
    """Forget an upload that has not become a video, and its bytes after the commit."""
    Upload.objects.unfinished().filter(pk=upload.pk).delete()
    transaction.on_commit(partial(_delete_if_gone, upload))


def _delete_if_gone(upload: Upload) -> None:
    if not Upload.objects.filter(pk=upload.pk).exists():
        disk.delete(upload.key)


def sweep() -> None:
    """Finish what arrived whole while nobody could finish it, and forget what nobody continued."""
    now = timezone.now()
    for upload in Upload.objects.expired(now)[:100]:
        if offset(upload) == upload.length:
            finish(upload.pk)
        else:
            terminate(upload)
            logger.info("Forgot upload %s", upload.pk)
    _sweep_files(disk.path("uploads"))


def _sweep_files(folder: Path) -> None:
    """Remove bytes whose row is gone; young files are left alone, their row may not be committed yet."""
    if not folder.is_dir():
        return
    limit = timezone.now().timestamp() - 2 * 3600 * settings.MEDIA_PIPELINE_UPLOAD_HOURS
    old = [path for path in folder.iterdir() if path.stat().st_mtime < limit]
    rows = Upload.objects.unfinished().filter(pk__in=[path.name for path in old])
    known = {str(pk) for pk in rows.values_list("pk", flat=True)}
    for path in old:
        if path.name not in known:
            path.unlink(missing_ok=True)
