"""Her public page as others see it: only what she chose to show, gathered before a template sees it."""

import base64
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.urls import reverse

from creators.models import Channel, Profile
from creators.names import country_name, language_names


@dataclass(frozen=True)
class PublicPage:
    """What anyone may read of one creator."""

    name: str
    bio: str
    photo_url: str
    languages: list[str]
    country: str
    channels: list[Channel] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Say whether there is nothing but her name."""
        return not (self.bio or self.photo_url or self.channels)


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
        languages=language_names(profile.languages) if profile.show_languages else [],
        country=country_name(profile.user.region) if profile.show_region else "",
        channels=list(profile.channels.confirmed().filter(is_shown=True)),
    )
