"""The home page and the plain pages, in both languages."""

from typing import Any

from django.db import transaction
from wagtail.models import Page

from courses.models import CoursePage, LessonPage
from website.demo.bodies import page_body
from website.demo.reading import LANGUAGES, read_courses, read_pages
from website.demo.teaching import home_page
from website.demo.tree import fill, locales, publish, translated
from website.models import PlainPage

PLAIN = ("about", "how-it-works", "help", "money", "safety-and-privacy", "terms")


@transaction.atomic
def make_pages(*, by: Any) -> None:
    """Fill the home page and make the plain pages. What somebody has written there already stays as it is."""
    home = home_page()
    fronts = {language: translated(home, language) for language in LANGUAGES}
    missing = [slug for slug in PLAIN if not PlainPage.objects.child_of(home).filter(slug=slug).exists()]
    for slug in missing:
        title = read_pages()[slug]["title"]["en"]
        page = PlainPage(slug=slug, title=title, locale=home.locale, live=False, show_in_menus=True)
        home.add_child(instance=page)
        for locale in locales().values():
            translated(page, locale.language_code)
    for language, front in fronts.items():
        places = _places(language)
        for slug in missing:
            page = PlainPage.objects.get(slug=slug, locale=locales()[language])
            _write(page, slug, language, places, by=by)
        if not front.body:
            _write(front, "home", language, places, by=by)


def _places(language: str) -> dict[str, int]:
    """Return the ids of the pages that the written pages link to, by the names they use."""
    locale = locales()[language]
    plain = PlainPage.objects.filter(slug__in=PLAIN, locale=locale)
    places = {f"page:{slug}": pk for slug, pk in plain.values_list("slug", "pk")}
    for course in read_courses():
        page = CoursePage.objects.get(slug=course.slug, locale=locale)
        places[f"course:{course.key}"] = page.pk
        lessons = dict(LessonPage.objects.child_of(page).values_list("slug", "pk"))
        places |= {f"lesson:{course.key}/{lesson.key}": lessons[lesson.slug] for lesson in course.lessons}
    return places


def _write(page: Page, key: str, language: str, places: dict[str, int], *, by: Any) -> None:
    data = read_pages()[key]
    fields = {"title": data["title"][language], "body": page_body(key, data, language, places=places)}
    if "intro" in data:
        fields |= {"intro": data["intro"][language], "search_description": data["intro"][language]}
    else:
        fields["search_description"] = data["search"][language]
    fill(page, fields)
    publish(page, by=by)
