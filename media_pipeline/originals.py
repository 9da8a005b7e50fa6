"""The file as it was sent: kept for a while, then deleted, unless its owner keeps it. What was made of it stays."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from media_pipeline import removals
from media_pipeline.models import Asset

_AT_ONCE = 100


@transaction.atomic
def keep(*, asset: Asset, keeps: bool, by: Any) -> None:
    """Note whether the file as it was sent is kept for good; harmless when it is gone already."""
    if (
        Asset.objects.filter(pk=asset.pk, original_gone_at=None)
        .exclude(keeps_original=keeps)
        .update(keeps_original=keeps)
    ):
        log(asset, "media_pipeline.keep_original", user=by, data={"keeps": keeps})


@transaction.atomic
def delete_old() -> int:
    """Delete the originals whose time has come; return how many. Safe to run anywhere at any time.

    A video that failed keeps its own: somebody may try it again.
    """
    if not settings.MEDIA_PIPELINE_ORIGINAL_DAYS:
        return 0
    now = timezone.now()
    due = list(Asset.objects.original_due(now).select_for_update(skip_locked=True, of=("self",))[:_AT_ONCE])
    for asset in due:
        asset.original_gone_at = now
        log(asset, "media_pipeline.delete_original")
    Asset.objects.bulk_update(due, ["original_gone_at"])
    removals.remove(*(f"originals/{asset.pk}" for asset in due))
    return len(due)
