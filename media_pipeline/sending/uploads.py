"""Files on their way from a phone: begun within her quota, continued as often as it takes, and each becomes one video.

The bytes come to the local disk by tus (``appending``) or go straight into the bucket in parts (``multipart``). The
video has the upload's own id: however often the last part arrives, there is one.
"""

import logging
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection

from media_pipeline import assets, reasons, removals
from media_pipeline.models import Asset, Upload
from media_pipeline.models.assets import Purpose
from media_pipeline.permissions import policy
from media_pipeline.sending import appending, multipart
from media_pipeline.storage import StorageAway

logger = logging.getLogger(__name__)
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


def by_parts() -> bool:
    """Whether uploads go straight into the bucket."""
    return bool(settings.MEDIA_PIPELINE_BUCKET)


def _collection_for(owner: Any, purpose: str, collection_id: int | None) -> Collection | None:
    """Where a new video goes. Raises NotAllowed unless she may add lesson videos there."""
    if purpose == Purpose.SUBMISSION:
        return None
    if purpose == Purpose.ANSWER:  # recorded beside what it answers, and sent there
        raise NotAllowed(_("A recorded answer is sent on the page of the video it answers."))
    allowed = policy.collections_user_has_permission_for(owner, "add")
    wanted = allowed.filter(pk=collection_id) if collection_id else allowed
    if (found := wanted.order_by("path").first()) is None:
        raise NotAllowed(_("You may not add lesson videos here. Please ask somebody who looks after this site."))
    return found


def check_quota(owner: Any, length: int) -> None:
    """Raise QuotaFull when ``length`` more bytes are more than ``owner`` may keep; inside a transaction."""
    get_user_model().objects.select_for_update().get(pk=owner.pk)  # two at once must not share the last of the quota
    unfinished = Upload.objects.unfinished().filter(owner=owner)
    used = Asset.objects.owned_by(owner).aggregate(total=Sum("size_bytes"))["total"] or 0
    coming = unfinished.aggregate(total=Sum("length"))["total"] or 0
    if used + coming + length > settings.MEDIA_PIPELINE_QUOTA_BYTES or unfinished.count() >= MOST_UNFINISHED:
        raise QuotaFull(_("You have no room for more videos. Please delete one you no longer need, then try again."))


@transaction.atomic
def create(
    *,
    owner: Any,
    length: int,
    title: str,
    purpose: str,
    collection_id: int | None = None,
    file_name: str = "",
    fingerprint: str = "",
) -> Upload:
    """Begin an upload of ``length`` bytes. Raises UploadRefused with a sentence for her."""
    if length > settings.MEDIA_PIPELINE_MAX_BYTES:
        raise TooBig(str(reasons.MESSAGES[reasons.TOO_BIG]))
    if length <= 0:
        raise UploadRefused(str(reasons.MESSAGES[reasons.EMPTY]))
    collection = _collection_for(owner, purpose, collection_id)
    check_quota(owner, length)
    if not by_parts() and not appending.has_room(length):
        raise NoRoom(_("We have no room for this video just now. Please try again tomorrow; nothing is lost."))
    upload = Upload(
        owner=owner,
        length=length,
        title=title[:200],
        file_name=file_name[:200],
        fingerprint=fingerprint,
        purpose=purpose,
        collection=collection,
        expires_at=_expiry(),
    )
    if not by_parts():
        appending.begin(upload)
    upload.save(force_insert=True)
    return upload


def _expiry() -> Any:
    return timezone.now() + timedelta(hours=settings.MEDIA_PIPELINE_UPLOAD_HOURS)


def extend(upload: Upload) -> None:
    """Give an upload that somebody continues its full time again."""
    upload.expires_at = _expiry()
    Upload.objects.filter(pk=upload.pk).update(expires_at=upload.expires_at)


def finish(upload: Upload) -> Asset | None:
    """Make the video of an upload that has arrived whole; the same one however often this is called.

    None while bytes are missing, and for an upload that is gone. Raises StorageAway.
    """
    is_whole = multipart.is_whole if by_parts() else appending.is_whole
    return _become_video(upload.pk) if upload.asset_id or is_whole(upload) else None


@transaction.atomic
def _become_video(upload_id: UUID) -> Asset | None:
    found = Upload.objects.select_for_update(of=("self",)).select_related("collection").filter(pk=upload_id)
    if (upload := found.first()) is None:
        return None
    if upload.asset_id:
        return Asset.objects.get(pk=upload.asset_id)
    asset = Asset(
        id=upload.pk, owner_id=upload.owner_id, title=upload.title, purpose=upload.purpose, size_bytes=upload.length
    )
    if upload.collection is not None:
        asset.collection = upload.collection
    if not by_parts():
        appending.place(upload)
    assets.receive(asset=asset, by=upload.owner)
    upload.asset, upload.file_name, upload.fingerprint = asset, "", ""
    upload.save(update_fields=["asset", "file_name", "fingerprint"])
    return asset


@transaction.atomic
def terminate(upload: Upload) -> None:
    """Forget an upload that has not become a video, and its bytes after the commit."""
    Upload.objects.unfinished().filter(pk=upload.pk).delete()
    transaction.on_commit(partial(_discard_if_gone, upload))


def _discard_if_gone(upload: Upload) -> None:
    if Upload.objects.filter(pk=upload.pk).exists():
        return
    if not upload.multipart:
        appending.discard(upload)
        return
    try:
        multipart.discard(upload)
    except StorageAway as error:
        logger.warning("The parts of upload %s stay until the bucket forgets them: %s", upload.pk, error)
    removals.remove(upload.original_key)


def sweep() -> None:
    """Finish what arrived whole while nobody could finish it, and forget what nobody continued. Raises StorageAway."""
    for upload in Upload.objects.expired(timezone.now())[:100]:
        if finish(upload) is None:
            terminate(upload)
            logger.info("Forgot upload %s", upload.pk)
    appending.sweep()
