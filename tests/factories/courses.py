"""A small programme for tests: a list of courses, a shelf, a course, and lessons with every kind of piece."""

import json
import uuid
from typing import Any

from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from courses.cohorts import join_cohort
from courses.models import Cohort, CourseIndexPage, CoursePage, Drill, LessonPage, Rubric, Shelf, ShelfPage
from courses.shelves import open_shelf
from media_pipeline.models import Asset
from tests.factories.accounts import UserFactory


def block(kind: str, value: Any, block_id: uuid.UUID | None = None) -> dict[str, Any]:
    """One block of a stream as it is stored."""
    return {"type": kind, "value": value, "id": str(block_id or uuid.uuid4())}


def text(words: str = "<p>Turn your face to the window.</p>") -> dict[str, Any]:
    """A text block."""
    return block("text", words)


def video(asset: Asset, *teaches: str) -> dict[str, Any]:
    """A video block, perhaps with the codes of advice that it teaches."""
    return block("video", {"video": str(asset.pk), "caption": "", "transcript": "", "teaches": list(teaches)})


def question(words: str, *choices: tuple[str, bool]) -> dict[str, Any]:
    """A question; each choice is (text, is it right)."""
    listed = [block("item", {"text": t, "is_right": right, "feedback": f"About {t}"}) for t, right in choices]
    return block("choice", {"text": words, "choices": listed})


def item(**value: Any) -> dict[str, Any]:
    """One entry of a list of structs."""
    return block("item", value)


def every_kind(picture_id: int | None = None, asset: Asset | None = None) -> list[dict[str, Any]]:
    """One question of each kind; those with a picture or a clip only when there is one."""
    said = {"right": "Well seen", "wrong": "Look once more"}
    steps = [item(text=t, picture=None, feedback=f"Why {t}") for t in ("Pour", "Knead", "Bake")]
    pairs = [item(text=t, match=m, feedback="") for t, m in (("Curtain", "soft"), ("Sheet", "soft"), ("Fan", "loud"))]
    questions = [
        question("Where is the light?", ("In front", True), ("Behind", False)),
        block("order", {"text": "In which order?", "items": steps} | said),
        block("match", {"text": "What belongs together?", "pairs": pairs} | said),
        block("text", {"text": "Which light?", "accepted": [block("item", "Daylight")]} | said),
        block(
            "number",
            {"text": "Where is the cut?", "clip": None, "target": "4.0", "tolerance": "0.5", "unit": "s"} | said,
        ),
    ]
    if picture_id:
        shown = {"image": picture_id, "alt_text": "", "decorative": True}
        areas = [
            item(text=t, is_right=r, feedback=f"About {t}", x=x, y=10, width=30, height=40)
            for t, r, x in (("The lamp", True, 0), ("The cup", False, 50))
        ]
        questions.append(block("spot", {"text": "What is too bright?", "picture": shown, "choices": areas}))
    if asset:
        shots = [
            item(text=t, is_right=r, feedback=f"About {t}", picture=None, clip=str(asset.pk))
            for t, r in (("A", True), ("B", False))
        ]
        questions.append(block("shot", {"text": "Which is lit better?", "choices": shots}))
    return questions


def quiz_of_every_kind(**media: Any) -> dict[str, Any]:
    """A quiz in which everything has to be right."""
    return block("quiz", {"title": "All of it", "pass_mark": 100, "questions": every_kind(**media)})


def quiz(pass_mark: int = 60) -> dict[str, Any]:
    """A quiz with one single and one multiple choice question."""
    questions = [
        question("Where is the light?", ("In front", True), ("Behind", False)),
        question("What helps?", ("A curtain", True), ("A white sheet", True), ("A fan", False)),
    ]
    return block("quiz", {"title": "Light", "pass_mark": pass_mark, "questions": questions})


def assignment(rubric: Rubric | None = None, **values: Any) -> dict[str, Any]:
    """An assignment with a checklist."""
    value = {
        "title": "Film at the window",
        "brief": "<p>Film half a minute of yourself.</p>",
        "example": None,
        "checklist": [block("item", "My face is lit")],
        "min_seconds": 10,
        "max_seconds": 120,
        "rubric": str((rubric or make_rubric()).pk),
    }
    return block("assignment", value | values)


def make_rubric(**values: Any) -> Rubric:
    """A rubric with two criteria of three and two points."""
    criteria = [
        block("criterion", {"title": "Light", "good": "Her face is lit", "points": 3}),
        block("criterion", {"title": "Sound", "good": "Every word is clear", "points": 2}),
    ]
    defaults = {"name": "First video", "locale": Locale.get_default(), "criteria": json.dumps(criteria)}
    return Rubric.objects.create(**(defaults | values))


def make_index(locale: Locale | None = None) -> CourseIndexPage:
    """The list of courses, below the site's home page."""
    locale = locale or Locale.get_default()
    existing = CourseIndexPage.objects.filter(locale=locale).first()
    if existing:
        return existing
    home = Site.objects.get(is_default_site=True).root_page
    if locale != home.locale:
        home = home.get_translation_or_none(locale) or home.copy_for_translation(locale)
        Page.objects.filter(pk=home.pk).update(live=True)
    page = CourseIndexPage(title="Courses", slug="courses", locale=locale)
    source = CourseIndexPage.objects.first()
    if source:
        page.translation_key = source.translation_key
    return home.specific.add_child(instance=page)


def make_shelf(instructor: Any, name: str = "Shelf") -> Shelf:
    """A shelf on which ``instructor`` teaches."""
    make_index()
    slug = f"{name.lower()}-{Shelf.objects.count() + 1}"
    return open_shelf(name=name, slug=slug, instructor=instructor, by=instructor)


def make_course(shelf: Shelf, title: str = "Your first video", live: bool = True, **values: Any) -> CoursePage:
    """A course on ``shelf``."""
    parent = ShelfPage.objects.filter(shelf=shelf).order_by("path").first()
    defaults = {"summary": "From the phone to a film.", "for_whom": "For beginners.", "will_make": "One film."}
    page = CoursePage(title=title, slug=_slug(title, parent), live=live, locale=parent.locale, **(defaults | values))
    return parent.add_child(instance=page)


def make_lesson(course: CoursePage, *blocks: dict[str, Any], live: bool = True, **values: Any) -> LessonPage:
    """A lesson of ``course`` with ``blocks``, or one text."""
    values = {"title": "Window light", "summary": "Find good light."} | values
    values.setdefault("slug", _slug(values["title"], course))
    body = json.dumps(list(blocks) or [text()])
    page = LessonPage(body=body, live=live, locale=course.locale, **values)
    return course.add_child(instance=page)


def _slug(title: str, parent: Page) -> str:
    """A slug of its own: Wagtail tries one number after another, which takes its time among three hundred."""
    slug = slugify(title, allow_unicode=True)
    return f"{slug}-{uuid.uuid4().hex[:8]}" if parent.numchild else slug


def make_asset(owner: Any = None, **values: Any) -> Asset:
    """A video's row; playable unless told otherwise. There is no file behind it."""
    defaults = {
        "title": "Clip",
        "owner": owner,
        "purpose": "submission" if owner else "lesson",
        "state": "ready",
        "duration_ms": 60_000,
        "size_bytes": 9_000_000,
        "mp4_bytes": 4_000_000,
        "width": 1280,
        "height": 720,
    }
    values = defaults | values
    asset = Asset(**values)
    if asset.is_playable:
        asset.outputs = f"outputs/{asset.pk}/1"
    asset.save()
    return asset


def make_drill(shelf: Shelf, asked: dict[str, Any] | None = None, **values: Any) -> Drill:
    """A drill of ``shelf``; a question with two answers unless told otherwise."""
    asked = asked or question("Which is lit better?", ("Beside", True), ("Before", False))
    defaults = {"title": "Light", "skill": "light", "locale": Locale.get_default()}
    return Drill.objects.create(shelf=shelf, question=json.dumps([asked]), **(defaults | values))


def make_cohort(course: CoursePage, name: str = "Evenings") -> Cohort:
    """A group that takes ``course``."""
    values = {"shelf": course.shelf, "course_key": course.course_key, "course_title": course.title}
    return Cohort.objects.create(name=name, starts_on="2026-11-18", **values)


def member_of(cohort: Cohort, course: CoursePage, **values: Any) -> Any:
    """Somebody who takes ``course`` with ``cohort``."""
    person = UserFactory(role="learner", **values)
    join_cohort(learner=person, cohort=cohort, course=course)
    return person
