"""Who may watch a lesson: the only place that decides it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from courses.models import Enrolment, LessonPage, Shelf


def may_watch(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` may see what is inside ``lesson``.

    Everybody when it is open to all; else who has joined the course, who teaches on its shelf, and
    administrators. One query at most besides the lesson's course.
    """
    if lesson.open_to_all:
        return True
    if not user.is_authenticated:
        return False
    if user.is_superuser or is_enrolled(user, lesson):
        return True
    return teaches(user, lesson) or user.has_role("administrator")


def is_enrolled(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` has joined the course of ``lesson``; asked once for a page that is shown."""
    known: dict[Any, bool] = lesson.__dict__.setdefault("_enrolled", {})
    if user.pk not in known:
        enrolments = Enrolment.objects.owned_by(user)
        if "course" in lesson.__dict__:
            known[user.pk] = enrolments.filter(course_key=lesson.course.course_key).exists()
        else:  # the course is needed as well; both come in one query
            joined = Exists(enrolments.filter(course_key=OuterRef("translation_key")))
            lesson.course = lesson.courses.annotate(joined=joined).get()
            known[user.pk] = lesson.course.joined
    return known[user.pk]


def teaches(user: Any, lesson: LessonPage) -> bool:
    """Say whether ``user`` teaches on the shelf of ``lesson``."""
    return Shelf.objects.of(user).filter(Q(pages__path=lesson.path[: -2 * lesson.steplen])).exists()
