"""Puts the written courses on a shelf: their rubrics, pages and videos, in both languages."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Site

from courses.models import CourseIndexPage, CoursePage, Drill, LessonPage, Rubric, Shelf, ShelfPage
from courses.shelves import open_shelf
from media_pipeline.assets import adopt_file
from media_pipeline.models import Asset
from website.demo.bodies import drawings_in, drawings_of, lesson_body, question_body, rubric_criteria
from website.demo.films import Film
from website.demo.reading import LANGUAGES, Course, Lesson, Piece, read_drills
from website.demo.slides import drawing
from website.demo.tree import fill, locales, publish, translated
from website.models import HomePage

SHELF = "demo-school"
PICTURE_SIDE = 640  # pixels
INDEX = {
    "title": {"en": "Courses", "zh-hans": "课程"},
    "intro": {
        "en": "Free of charge, in pieces of ten minutes. The first lesson of each course is open to all.",
        "zh-hans": "全部免费，十分钟一小块。每门课的第一节谁都能看。",
    },
}
ABOUT = {
    "en": "Two courses written for this site. The teacher’s name is an example.",
    "zh-hans": "为这个网站写的两门课。老师的名字是示例。",
}
SHELF_TITLE = {"en": "Hearthlight school", "zh-hans": "Hearthlight 小课堂"}

FilmOf = Callable[[Lesson, str], Film]


@transaction.atomic
def make_shelf(*, instructor: Any, by: Any) -> Shelf:
    """Return the demo's shelf with its list of courses in both languages, made when it is missing."""
    shelf = Shelf.objects.filter(slug=SHELF).first()
    if shelf is None:
        _make_index(by)
        shelf = open_shelf(name=SHELF_TITLE["en"], slug=SHELF, instructor=instructor, by=by)
        for page in ShelfPage.objects.filter(shelf=shelf).select_related("locale"):
            language = page.locale.language_code
            if language in LANGUAGES:
                fill(page, {"title": SHELF_TITLE[language], "about": ABOUT[language]})
                publish(page, by=by)
    return shelf


def home_page() -> HomePage:
    """Return the home page that the site was installed with."""
    return Site.objects.get(is_default_site=True).root_page.specific


def _make_index(by: Any) -> None:
    """Make the list of courses in each language that has none."""
    english = CourseIndexPage.objects.filter(locale=locales()["en"]).first()
    for language in LANGUAGES:
        if english is None:
            page = CourseIndexPage(slug="courses", title=INDEX["title"][language], locale=locales()[language])
            home_page().add_child(instance=page)
            english = page
        elif english.has_translation(locales()[language]) or language == "en":
            continue
        else:
            translated(home_page(), language)
            page = translated(english, language)
        fill(page, {name: words[language] for name, words in INDEX.items()})
        publish(page, by=by)


@transaction.atomic
def make_course(course: Course, *, shelf: Shelf, by: Any) -> CoursePage:
    """Return the English page of ``course``, published in both languages and without lessons when it was missing."""
    shelf_page = ShelfPage.objects.get(shelf=shelf, locale=locales()["en"])
    existing = CoursePage.objects.child_of(shelf_page).filter(slug=course.slug).first()
    if existing is not None:
        return existing
    words = {name: getattr(course, name) for name in ("title", "summary", "for_whom", "will_make", "needs")}
    english = CoursePage(slug=course.slug, locale=locales()["en"], allows_downloads=course.allows_downloads)
    for language in LANGUAGES:
        fields = {name: text[language].strip() for name, text in words.items()}
        fields["search_description"] = fields["summary"]
        if language == "en":
            page = english
            fill(page, fields)
            shelf_page.add_child(instance=page)
        else:
            page = translated(english, language)
            fill(page, fields)
        publish(page, by=by)
    return english


@transaction.atomic
def make_lessons(course: Course, *, page: CoursePage, shelf: Shelf, film: FilmOf, teacher: Any, by: Any) -> None:
    """Publish all lessons of ``course`` below its English ``page`` and its translation, if it has none yet."""
    if page.get_children().exists():
        return
    rubrics = {piece.id: _make_rubrics(piece, shelf) for _lesson, piece in course.assignments()}
    for lesson in course.lessons:
        _make_lesson(lesson, page, shelf=shelf, rubrics=rubrics, film=film, teacher=teacher, by=by)


@transaction.atomic
def make_drills(*, shelf: Shelf) -> None:
    """Put the written exercises into the bank of ``shelf`` in both languages, if it has none yet."""
    if Drill.objects.filter(shelf=shelf).exists():
        return
    for piece in read_drills():
        question = piece.data["question"]
        pictures = {name: _picture(name, shelf=shelf) for name in drawings_in([question])}
        for language in LANGUAGES:
            drill = Drill(
                translation_key=piece.id,
                locale=locales()[language],
                title=piece.data["title"][language],
                skill=piece.data["skill"],
                is_in_use=piece.data.get("practised", True),
                shelf=shelf,
            )
            fill(drill, {"question": [question_body(question, piece, language, pictures)]})
            drill.full_clean()
            drill.save()


def _make_rubrics(piece: Piece, shelf: Shelf) -> dict[str, str]:
    """Make the rubric of an assignment in every language; return the ids by language."""
    ids = {}
    for language, locale in locales().items():
        rubric = Rubric(family=piece.child_id("rubric"), locale=locale, name=piece.data["title"][language], shelf=shelf)
        fill(rubric, {"criteria": rubric_criteria(piece, language)})
        rubric.full_clean()
        rubric.save()
        ids[language] = str(rubric.pk)
    return ids


def _make_lesson(
    lesson: Lesson,
    course_page: CoursePage,
    *,
    shelf: Shelf,
    rubrics: dict[str, dict[str, str]],
    film: FilmOf,
    teacher: Any,
    by: Any,
) -> None:
    """Publish ``lesson`` below ``course_page`` and its translation below the translated course."""
    english = LessonPage(slug=lesson.slug, locale=locales()["en"], open_to_all=lesson.open_to_all)
    pictures = {name: _picture(name, shelf=shelf) for name in drawings_of(lesson)}
    for language in LANGUAGES:
        video = _adopt(film(lesson, language), lesson.title[language], shelf=shelf, owner=teacher)
        rubric_ids = {piece_id: by_language[language] for piece_id, by_language in rubrics.items()}
        fields = {
            "title": lesson.title[language],
            "summary": lesson.summary[language],
            "search_description": lesson.summary[language],
            "body": lesson_body(lesson, language, video_id=str(video.pk), rubric_ids=rubric_ids, pictures=pictures),
        }
        if language == "en":
            page = english
            fill(page, fields)
            course_page.add_child(instance=page)
        else:
            page = translated(english, language)
            fill(page, fields)
        publish(page, by=by)


def _picture(name: str, *, shelf: Shelf) -> int:
    """Return the id of the image of a drawing, made when it is missing."""
    images = get_image_model().objects
    existing = images.filter(collection=shelf.collection, title=name).first()
    if existing is None:
        content = io.BytesIO()
        drawing(name, PICTURE_SIDE).save(content, "PNG")
        file = ImageFile(content, name=f"{name}.png")
        existing = images.create(collection=shelf.collection, title=name, file=file)
    return existing.pk


def _adopt(film: Film, title: str, *, shelf: Shelf, owner: Any) -> Asset:
    return adopt_file(path=film.path, owner=owner, title=title, collection=shelf.collection, captions=film.captions)
