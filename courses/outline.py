"""Courses and their lessons in order, with how far a learner is. Each function has a fixed number of queries."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from wagtail.images import get_image_model
from wagtail.models import Page

from courses.cohorts import Due, dues_of, open_cohorts
from courses.days import today_of
from courses.models import Certificate, CoursePage, Enrolment, LessonCompletion, LessonPage, Submission
from courses.pieces import VIDEO
from media_pipeline.models import Asset
from media_pipeline.playback import still_url

COURSES_A_PAGE = 12
COVER = "fill-640x360|format-webp|webpquality-70"


@dataclass(frozen=True)
class CourseCard:
    """A course in a list. ``still_url`` is empty when its first open video has none."""

    course: CoursePage
    url: str
    lessons: int
    minutes: int
    still_url: str


@dataclass(frozen=True)
class LessonLine:
    """A lesson in the outline of its course. ``is_next`` marks the first one she has not finished.

    ``due`` is when she and her group mean to have done it, while that is to come and it is not done.
    """

    lesson: LessonPage
    number: int
    url: str
    is_done: bool
    is_next: bool
    is_open: bool
    due: Due | None = None


@dataclass(frozen=True)
class Outline:
    """A course with how far she is in it."""

    course: CoursePage
    url: str
    lessons: list[LessonLine]
    enrolment: Enrolment | None = None
    certificate: Certificate | None = None

    @property
    def done(self) -> int:
        """How many of its lessons she has finished."""
        return sum(line.is_done for line in self.lessons)

    @property
    def percent(self) -> int:
        """The share of finished lessons, 0 to 100."""
        if self.certificate:
            return 100
        return self.done * 100 // len(self.lessons) if self.lessons else 0

    @property
    def next_line(self) -> LessonLine | None:
        """The first lesson she has not finished."""
        return next((line for line in self.lessons if line.is_next), None)

    @property
    def next_due(self) -> LessonLine | None:
        """The lesson that she and her group mean to have done first."""
        return min((line for line in self.lessons if line.due), key=lambda line: line.due.day, default=None)

    @property
    def minutes(self) -> int:
        """The minutes of all its lessons."""
        return sum(line.lesson.minutes for line in self.lessons)

    @property
    def assignments(self) -> int:
        """How many videos she makes."""
        return sum(line.lesson.assignments for line in self.lessons)


def courses_with_pictures() -> QuerySet[CoursePage]:
    """Return the live courses with what their cards show."""
    images = get_image_model().objects.prefetch_renditions(COVER)
    return (
        CoursePage.objects.live()
        .public()
        .select_related("locale", "open_video")
        .prefetch_related(Prefetch("cover", queryset=images))
    )


def cards_of(courses: Iterable[CoursePage]) -> list[CourseCard]:
    """Return the cards of ``courses``; one query for all their lessons."""
    courses = list(courses)
    sizes = _sizes([course.path for course in courses])
    return [
        CourseCard(
            course,
            course.url,
            *sizes[course.path],
            still_url=still_url(course.open_video) if course.open_video else "",
        )
        for course in courses
    ]


def _sizes(paths: list[str]) -> dict[str, tuple[int, int]]:
    sizes: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path, minutes in _lessons_below(paths).values_list("path", "minutes"):
        parent = path[: -LessonPage.steplen]
        lessons, total = sizes[parent]
        sizes[parent] = (lessons + 1, total + minutes)
    return sizes


def _lessons_below(paths: Iterable[str]) -> QuerySet[LessonPage]:
    """Return the live lessons of several courses in one query; a lesson's path begins with its course's."""
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    return LessonPage.objects.live().filter(below).order_by("path")


def course_list(parent: Page, number: str | None) -> PageOfList[CourseCard]:
    """Return one page of the live courses below ``parent``, the newest first."""
    courses = courses_with_pictures().descendant_of(parent).order_by("-first_published_at", "path")
    page = Paginator(courses, COURSES_A_PAGE).get_page(number)
    page.object_list = cards_of(page.object_list)
    return page


@dataclass(frozen=True)
class Record:
    """What she has joined and reached: by course key, and the keys of the lessons she has finished."""

    enrolments: Mapping[uuid.UUID, Enrolment] = field(default_factory=dict)
    certificates: Mapping[uuid.UUID, Certificate] = field(default_factory=dict)
    finished: frozenset[uuid.UUID] = frozenset()


def record_of(user: Any) -> Record:
    """Return the record of ``user``, the course she was in last first: three queries, one when she joined nothing."""
    enrolments = {row.course_key: row for row in Enrolment.objects.owned_by(user).last_touched_first()}
    if not enrolments:
        return Record()
    certificates = Certificate.objects.owned_by(user).select_related("graduation").order_by("-issued_at")
    return Record(
        enrolments,
        {row.graduation.course_key: row for row in certificates},
        # a lesson finished in another course, from which it was moved here, is finished
        frozenset(LessonCompletion.objects.lesson_keys_of(user)),
    )


def outlines_of(
    courses: Iterable[CoursePage], record: Record, dues: Mapping[uuid.UUID, Due] | None = None
) -> list[Outline]:
    """Return the outlines of ``courses`` with how far she is: one query, however many there are."""
    courses = list(courses)
    lessons: dict[str, list[LessonPage]] = defaultdict(list)
    for lesson in _lessons_below([course.path for course in courses]).defer("body"):
        lessons[lesson.path[: -LessonPage.steplen]].append(lesson)
    return [
        Outline(
            course,
            url := course.url,
            lesson_lines(url, lessons[course.path], record.finished, dues or {}),
            record.enrolments.get(course.course_key),
            record.certificates.get(course.course_key),
        )
        for course in courses
    ]


def lesson_lines(
    course_url: str,
    lessons: Iterable[LessonPage],
    finished: Collection[uuid.UUID],
    dues: Mapping[uuid.UUID, Due] = MappingProxyType({}),
) -> list[LessonLine]:
    """Return the lines of an outline; the first lesson that is not in ``finished`` is the next one."""
    lines, next_found = [], False
    for number, lesson in enumerate(lessons, 1):
        is_done = lesson.lesson_key in finished
        is_next = not is_done and not next_found
        next_found = next_found or is_next
        url = f"{course_url}{lesson.slug}/"
        due = dues.get(lesson.lesson_key)
        shown = due if due and not (is_done or due.is_over) else None
        lines.append(LessonLine(lesson, number, url, is_done, is_next, lesson.open_to_all, shown))
    return lines


def course_context(course: CoursePage, request: HttpRequest) -> dict[str, Any]:
    """Return what the page of a course shows besides itself."""
    record = record_of(request.user)
    enrolment = record.enrolments.get(course.course_key)
    (outline,) = outlines_of([course], record, dues_of(request.user, [enrolment]) if enrolment else None)
    may_join = request.user.is_authenticated and not enrolment
    cohorts = open_cohorts(course.course_key, today_of(request.user)) if may_join else []
    still = still_url(course.open_video) if course.open_video else ""
    return {
        "outline": outline,
        "cohorts": cohorts,
        "still_url": still,
        "is_preview": getattr(request, "is_preview", False),
    }


def find_open_video(course: CoursePage) -> None:
    """Remember the first video that everybody may watch; its poster is the course's picture.

    Only of lessons open to all: who may see a poster may also fetch its video.
    """
    asset_id = None
    for lesson in course.lessons.filter(open_to_all=True):
        asset_id = next((p.asset_id for p in lesson.pieces if p.kind == VIDEO and p.asset_id), None)
        if asset_id:
            break
    video = Asset.objects.filter(pk=asset_id).first() if asset_id else None
    CoursePage.objects.filter(pk=course.pk).update(open_video=video)
    course.open_video = video


def open_submissions(user: Any, course_key: uuid.UUID) -> set[uuid.UUID]:
    """Return the pieces whose assignment she has sent in and which wait for an answer."""
    waiting = Submission.objects.owned_by(user).filter(course_key=course_key, state=Submission.State.SENT)
    return set(waiting.values_list("piece_id", flat=True))
