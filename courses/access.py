"""Who may watch a lesson and talk about it: the only place that decides it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.compiled import CompiledQuery
from courses.models import CoursePage, Enrolment, LessonPage, Shelf


@CompiledQuery
def _course_and_her(path: str, learner: int) -> QuerySet[CoursePage]:
    """The course at ``path``, with whether she has joined it and is there in a group."""
    hers = Enrolment.objects.filter(learner=learner, course_key=OuterRef("translation_key"))
    courses = CoursePage.objects.filter(path=path).select_related("locale")
    return courses.annotate(joined=Exists(hers), in_group=Exists(hers.filter(cohort__isnull=False)))


def may_watch(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` may see what is inside ``lesson``.

    Everybody when it is open to all; else who has joined the course, who teaches on its shelf, and
    administrators. One query at most besides the lesson's course.
    """
    return lesson.open_to_all or may_talk(user, lesson)


def may_talk(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` may read and write what people of the course say about ``lesson``.

    An open lesson opens nothing here: only who has joined, who teaches on the shelf, and administrators.
    """
    if not user.is_authenticated:
        return False
    return is_enrolled(user, lesson) or looks_after(user, lesson)


def looks_after(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` teaches on the shelf of ``lesson`` or is an administrator, whether she has joined or not."""
    return user.is_superuser or teaches(user, lesson) or user.has_role("administrator")


def is_enrolled(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` has joined the course of ``lesson``; asked once for a page that is shown."""
    known: dict[Any, bool] = lesson.__dict__.setdefault("_enrolled", {})
    if user.pk not in known:
        if "course" in lesson.__dict__:
            known[user.pk] = Enrolment.objects.owned_by(user).filter(course_key=lesson.course.course_key).exists()
        else:  # the course is needed as well; both come in one query
            (lesson.course,) = _course_and_her(path=lesson.path[: -lesson.steplen], learner=user.pk)
            known[user.pk] = lesson.course.joined
    return known[user.pk]


def teaches(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` teaches on the shelf of ``lesson``."""
    return Shelf.objects.of(user).filter(Q(pages__path=lesson.path[: -2 * lesson.steplen])).exists()
