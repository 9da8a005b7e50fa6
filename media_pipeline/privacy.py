"""What this app knows about a person, and how it forgets her."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import ngettext
from wagtail.models import ModelLogEntry

from media_pipeline.assets import discard, empty
from media_pipeline.models import Asset, Upload
from media_pipeline.models.assets import Purpose
from media_pipeline.sending import uploads

_FACTS = ["title", "purpose", "state", "size_bytes", "duration_ms", "width", "height"]
FIELDS = [*_FACTS, "shot_check", "keeps_original", "created_at", "ready_at"]


def export(user: Any) -> dict[str, Any]:
    """Her videos as rows; the films themselves are hers already, on the phone that made them."""
    return {"videos": list(Asset.objects.owned_by(user).order_by("created_at").values(*FIELDS))}


def warnings(user: Any) -> list[str]:
    """Say how many of her videos go."""
    count = Asset.objects.owned_by(user).exclude(purpose=Purpose.LESSON).count()
    if not count:
        return []
    sentence = ngettext("%(count)s video of yours goes.", "%(count)s videos of yours go.", count)
    return [sentence % {"count": count}]


def erase(user: Any) -> None:
    """Delete what she sent in, files and all. A lesson she made stays for those who learn from it, without her."""
    for upload in Upload.objects.unfinished().filter(owner=user):
        uploads.terminate(upload)
    Upload.objects.filter(owner=user).delete()
    keys = []
    for asset in Asset.objects.owned_by(user).exclude(purpose=Purpose.LESSON):
        keys.append(str(asset.pk))
        _take_away(asset, user)
    Asset.objects.owned_by(user).update(owner=None)
    entries = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Asset))
    entries.filter(object_id__in=keys).update(label="", data={})


def _take_away(asset: Asset, user: Any) -> None:
    """Delete the row too, unless something rests on it that must stay, such as a grade."""
    try:
        with transaction.atomic():
            discard(asset=asset, by=user)
    except ProtectedError:
        empty(asset=asset, by=user)
