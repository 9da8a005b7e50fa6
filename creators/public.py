"""Her public page as others see it: only what she chose to show, gathered before a template sees it."""

import base64
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import get_language

from courses.models import Certificate, Submission
from creators.models import Channel, Profile
from creators.names import country_name, language_list
from media_pipeline.models import Caption
from media_pipeline.playback import Player, player_for


@dataclass(frozen=True)
class Film:
    """One film of hers, ready to play."""

    title: str
    course: str
    player: Player


@dataclass(frozen=True)
class PublicPage:
    """What anyone may read of one creator."""

    name: str
    bio: str
    photo_url: str
    languages: str
    country: str
    films: list[Film] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Say whether there is nothing but her name."""
        return not (self.bio or self.photo_url or self.films or self.channels or self.certificates)


def photo_url(profile: Profile) -> str:
    """Return where her photo is read, or "" when there is none or she does not show it."""
    if not (profile.photo and profile.show_photo):
        return ""
    return reverse("creators:photo", args=[profile.slug, PurePosixPath(profile.photo.name).name])


def thumbnail_url(profile: Profile) -> str:
    """Return her small photo as a data address: it takes no request, and is gone when the page is hidden."""
    if not (profile.thumbnail and profile.show_photo):
        return ""
    return "data:image/webp;base64," + base64.b64encode(bytes(profile.thumbnail)).decode()


def public_page(profile: Profile) -> PublicPage:
    """Gather what ``profile`` shows; the caller has checked who may see it."""
    return PublicPage(
        name=profile.display_name,
        bio=profile.bio,
        photo_url=photo_url(profile),
        languages=language_list(profile.languages) if profile.show_languages else "",
        country=country_name(profile.user.region) if profile.show_region else "",
        films=films_of(profile),
        channels=list(profile.channels.confirmed().filter(is_shown=True)),
        certificates=list(
            profile.certificates.valid().owned_by(profile.user).select_related("graduation").order_by("issued_at")
        ),
    )


def films_of(profile: Profile) -> list[Film]:
    """Return her films in her order. A film's own name stays away: phones put dates and places into it."""
    captions = Prefetch("submission__asset__captions", Caption.objects.defer("text"))
    items = profile.portfolio.showable().select_related("submission__asset").prefetch_related(captions)
    return [_film(item.submission) for item in items if item.submission.asset.is_playable]


def _film(submission: Submission) -> Film:
    player = player_for(submission.asset, language=get_language() or "en", revocable=True)
    return Film(submission.title, submission.course_title, replace(player, title=submission.title))
