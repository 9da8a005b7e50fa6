"""What the foot of every page leads to besides the parts of the site: its plain pages."""

from django.core.cache import cache
from django.utils.translation import get_language

from website.models import PlainPage
from website.page_cache import generation

ONE_DAY = 24 * 60 * 60


def foot_links() -> list[tuple[str, str]]:
    """Return (title, address) of each plain page that is shown in menus, in the reader's language.

    Kept until something of the site is published, so that a page asks the database for it once, if at all.
    """
    language = get_language()
    return cache.get_or_set(f"foot:{language}:{generation()}", lambda: _links(language), ONE_DAY)


def _links(language: str | None) -> list[tuple[str, str]]:
    pages = PlainPage.objects.live().public().in_menu().filter(locale__language_code=language)
    found = pages.select_related("locale").defer("body").order_by("path")
    return [(page.title, page.url) for page in found if page.url]
