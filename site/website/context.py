"""What every template may ask."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_path

from courses.tickets import device_key
from website.foot import foot_links

# What a menu can mark as the page that is shown, or as the part of the site it belongs to.
PLACES = {
    "/learn/",
    "/learn/news/",
    "/courses/",
    "/studio/",
    "/earnings/",
    "/review/",
    "/creators/",
    "/profile/",
    "/search/",
    "/accounts/settings/",
    "/accounts/login/",
    "/accounts/signup/",
}


def place_of(path: str) -> str:
    """Return ``path`` without its language when a menu leads there, ``/learn/…`` below such a place, else nothing."""
    language = get_language_from_path(path)
    bare = path.removeprefix(f"/{language}") if language else path
    section = bare[: bare.find("/", 1) + 1]
    return bare if bare in PLACES else f"{section}…" if section in PLACES else ""


def site(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demo, whether a phone number is enough to sign in, and where the foot of the page leads.

    ``device_key`` is the name under which her browser keeps what is hers, ``menu_place`` what the menus mark.
    """
    return {
        "DEMO": settings.DEMO,
        "SIGN_IN_BY_PHONE": settings.SIGN_IN_BY_PHONE,
        "foot_links": foot_links,
        "menu_place": place_of(request.path),
        "device_key": SimpleLazyObject(lambda: device_key(request.user)),
    }
