"""The sitemap: public pages in every language."""

from typing import Any

from wagtail.contrib.sitemaps import Sitemap as WagtailSitemap
from wagtail.models import Page


class Sitemap(WagtailSitemap):
    """Wagtail's sitemap, which by itself holds the pages of the site's first language only."""

    def items(self) -> Any:
        """Return the live public pages below the first page of each language."""
        homes = self.get_wagtail_site().root_page.get_translations(inclusive=True)
        below = Page.objects.none()
        for home in homes:
            below |= Page.objects.descendant_of(home, inclusive=True)
        return below.live().public().order_by("path").specific(defer=True)
