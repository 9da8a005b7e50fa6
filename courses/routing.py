"""Finding a shelf, course or lesson by its whole address in one query.

Wagtail asks twice a level, eleven times for a lesson. Here the list of courses of each language is remembered
for a minute, and the page is looked up below it; whatever this does not find, Wagtail looks for in its own way.
"""

from functools import cache as once
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from courses.compiled import CompiledQuery
from courses.models import CourseIndexPage, CoursePage, LessonPage, ShelfPage

REMEMBER_SECONDS = 60
SLUG = "courses"  # of the list of courses, in every language
BY_DEPTH: list[type[Page]] = [CourseIndexPage, ShelfPage, CoursePage, LessonPage]


class Root(NamedTuple):
    """Where the courses of one language are in the tree."""

    path: str
    url_path: str
    locale: Locale


def serve(request: HttpRequest, rest: str) -> HttpResponse:
    """Serve the page at ``/<language>/courses/<rest>`` with all that Wagtail does around it."""
    page = find(rest)
    if page is not None:
        request._wagtail_route_for_request = RouteResult(page)
    return wagtail_serve(request, f"courses/{rest}")


def find(rest: str) -> Page | None:
    """Return the live page at ``rest`` below the list of courses of the active language."""
    root = _root(get_language() or "")
    if root is None:
        return None
    depth = rest.count("/")
    found = _pages_at(BY_DEPTH[depth])(
        first=root.path,
        last=root.path + "Z" * (Page.steplen * depth),
        url_path=root.url_path + rest,
        slug=rest.rstrip("/").rpartition("/")[2] or SLUG,
    )
    for page in found:
        page.locale = root.locale
    return found[0] if found else None


@once
def _pages_at(model: type[Page]) -> CompiledQuery[Page]:
    """Return the query for the live page of ``model`` at an address.

    A range of paths uses its index, which LIKE does not on SQLite; ``slug`` has one, ``url_path`` has none.
    """

    @CompiledQuery
    def pages(first: str, last: str, url_path: str, slug: str) -> QuerySet[Page]:
        here = model.objects.live().filter(path__range=(first, last), url_path=url_path, slug=slug)
        return here.annotate(is_restricted=_is_restricted()).order_by()[:1]  # first() would order them

    return pages


def _is_restricted() -> Exists:
    """Return whether a page, one above it, or what one of them is an alias of has a view restriction."""
    here = PageViewRestriction.objects.annotate(here=ExpressionWrapper(OuterRef("path"), output_field=CharField()))
    return Exists(here.filter(Q(here__startswith=F("page__path")) | Q(here__startswith=F("page__aliases__path"))))


def _root(language: str) -> Root | None:
    """Return where the courses of ``language`` are; None with several sites, which Wagtail tells apart."""
    roots: dict[str, Root] | None = cache.get("courses.roots")
    if roots is None:
        sites = {site.site_id for site in Site.get_site_root_paths()}
        indexes = CourseIndexPage.objects.live().filter(slug=SLUG).select_related("locale")
        found = {page.locale.language_code: Root(page.path, page.url_path, page.locale) for page in indexes}
        roots = found if len(sites) == 1 else {}
        cache.set("courses.roots", roots, REMEMBER_SECONDS)
    return roots.get(language)


def forget() -> None:
    """Look for the lists of courses again; called when one was changed."""
    cache.delete("courses.roots")
