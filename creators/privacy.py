"""What this app knows about a person, and how it forgets her."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from creators.models import Channel, ChannelState, Profile
from creators.profiles import neutral_slug

PROFILE_FIELDS = [
    *("slug", "display_name", "bio", "languages", "show_photo", "show_languages", "show_region"),
    *("allow_search_engines", "published_at", "created_at"),
]
CHANNEL_FIELDS = [
    "platform",
    "external_id",
    "url",
    "title",
    "state",
    "reason",
    "is_shown",
    "claimed_at",
    "confirmed_at",
]


def export(user: Any) -> dict[str, Any]:
    """Her page and her channels."""
    profile = Profile.objects.owned_by(user).first()
    if profile is None:
        return {}
    return {
        "page": {name: getattr(profile, name) for name in PROFILE_FIELDS} | {"has_photo": bool(profile.photo)},
        "films": [str(item) for item in profile.portfolio.select_related("submission")],
        "certificates": [str(one) for one in profile.certificates.select_related("graduation")],
        "channels": list(Channel.objects.owned_by(user).values(*CHANNEL_FIELDS)),
    }


def warnings(user: Any) -> list[str]:
    """Say what she would lose."""
    if not Profile.objects.owned_by(user).exists():
        return []
    return [_("Your public page and your photo go, and your channels earn nothing for you here any more.")]


@transaction.atomic
def erase(user: Any) -> None:
    """Take her page and photo away. Channels stop earning; of a confirmed one the id stays, the books rest on it."""
    profile = Profile.objects.select_for_update().filter(user=user).first()
    if profile is None:
        return
    if profile.photo:
        transaction.on_commit(partial(profile.photo.storage.delete, profile.photo.name))
    profile.portfolio.all().delete()
    profile.certificates.clear()
    blank = Profile(pk=profile.pk, user=user, slug=neutral_slug(), display_name=_("A creator"))
    blank.created_at = profile.created_at
    blank.save(force_update=True)
    _forget(Profile, [profile.pk])
    _erase_channels(profile)


def _erase_channels(profile: Profile) -> None:
    for channel in Channel.objects.select_for_update().filter(profile=profile):
        if channel.confirmed_at is None:
            channel.external_id = f"erased-{channel.pk}"
        channel.state = ChannelState.WITHDRAWN
        channel.withdrawn_at = timezone.now()
        channel.url = channel.title = channel.reason = ""
        channel.is_shown = False
        channel.save()
    _forget(Channel, profile.channels.values_list("pk", flat=True))


def _forget(model: type[models.Model], keys: Iterable[Any]) -> None:
    """Keep that something was done and when, without the words that name her, in what this app and the admin wrote.

    Rows of other apps that name nobody may be kept from any change.
    """
    ours = Q(action__startswith="creators.") | Q(action__startswith="wagtail.")
    entries = ModelLogEntry.objects.filter(ours, content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=[str(key) for key in keys]).update(label="", data={})
