"""Rich text that crosses the border of this site: what it may hold, and where its links lead."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bs4 import BeautifulSoup
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

LONGEST = 100_000  # letters; a lesson of an hour has a tenth


@lru_cache
def _converter(features: tuple[str, ...]) -> ContentstateConverter:
    return ContentstateConverter(features=list(features))


def allowed(html: str, features: Sequence[str]) -> str:
    """Return ``html`` as Wagtail's own editor would save it with ``features``; nothing else of it is kept.

    Links to pages and files of the site it comes from lead nowhere here: their words stay. Raises ValueError for
    what is far too long.
    """
    if len(html) > LONGEST:
        raise ValueError(len(html))
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup(["script", "style", "template", "iframe", "object", "svg", "math"]):
        tag.decompose()
    for link in soup.find_all("a"):
        if link.get("linktype") or not link.get("href"):
            link.unwrap()
    converter = _converter(tuple(features))
    cleaned = converter.to_database_format(converter.from_database_format(str(soup)))
    return _without_empty_links(cleaned)


def _without_empty_links(html: str) -> str:
    """Unwrap links whose address the editor refused, as it does those that would run a script."""
    soup = BeautifulSoup(html, "html.parser")
    refused = [link for link in soup.find_all("a") if not link.get("href")]
    for link in refused:
        link.unwrap()
    return str(soup) if refused else html


def with_addresses(html: str, addresses: Mapping[int, str]) -> str:
    """Return ``html`` with links to pages as ``addresses`` by the page's id; of other links the words stay."""
    if "linktype" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a", linktype=True):
        page_id = str(link.get("id", ""))
        address = addresses.get(int(page_id)) if link["linktype"] == "page" and page_id.isdecimal() else None
        if address:
            link.attrs = {"href": address}
        else:
            link.unwrap()
    return str(soup)
