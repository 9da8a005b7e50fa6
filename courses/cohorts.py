"""Taking a course with a group, pausing without a penalty, and which day a lesson is meant to be done by."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from wagtail.log_actions import log

from courses import notices
from courses.days import today_of
from courses.enrolment import enrol
from courses.models import Cohort, CoursePage, Deadline, Enrolment, Graduation, LessonCompletion, LessonPage, Submission
from courses.models.notices import Kind
from courses.sharing import stop_asking

COMING = timedelta(days=2)
OFFERED = timedelta(days=14)  # after its beginning a group can be chosen for so long


@dataclass(frozen=True)
class Due:
    """The day at whose end, in her zone, she and her group mean to have done a lesson."""

    day: date
    is_over: bool


@transaction.atomic
def join_cohort(*, learner: Any, cohort: Cohort, course: CoursePage) -> Enrolment:
    """Let ``learner`` take ``course`` with ``cohort``; twice changes nothing. What she did before stays done.

    What she has asked another group is asked no more.
    """
    enrolment = enrol(learner=learner, course=course)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.cohort_id != cohort.pk:
        stop_asking(Submission.objects.owned_by(learner).filter(course_key=course.course_key))
        enrolment.cohort, enrolment.paused_on, enrolment.days_paused = cohort, None, 0
        enrolment.save(update_fields=["cohort", "paused_on", "days_paused"])
        log(enrolment, "courses.join_cohort", user=learner, data={"cohort": str(cohort.pk)})
    return enrolment


def open_cohorts(course_key: uuid.UUID, today: date) -> list[Cohort]:
    """Return the groups of a course that anybody may choose now, the next to begin first."""
    found = Cohort.objects.filter(course_key=course_key, is_open=True, starts_on__gte=today - OFFERED)
    return list(found.order_by("starts_on", "pk")[:6])


@transaction.atomic
def pause(*, learner: Any, course_key: uuid.UUID) -> None:
    """Stop the clock of a course; harmless when it stands already, and for a course she does not take."""
    running = Enrolment.objects.owned_by(learner).filter(course_key=course_key, paused_on=None)
    running.update(paused_on=today_of(learner))


@transaction.atomic
def go_on(*, learner: Any, course_key: uuid.UUID) -> None:
    """Let the clock run again: every deadline comes as many days later as she paused. Harmless when it runs."""
    mine = Enrolment.objects.select_for_update().owned_by(learner)
    enrolment = mine.filter(course_key=course_key, paused_on__isnull=False).first()
    if enrolment is not None:
        enrolment.days_paused, enrolment.paused_on = days_paused(enrolment, today_of(learner)), None
        enrolment.save(update_fields=["days_paused", "paused_on"])


class Rests(Protocol):
    """Whatever says since when a course rests, and how many days it did before: an enrolment, or a lesson with it."""

    paused_on: date | None
    days_paused: int


def days_paused(rests: Rests, today: date) -> int:
    """Return how many days later everything comes by now; a journey across time zones takes none back."""
    running = (today - rests.paused_on).days if rests.paused_on else 0
    return rests.days_paused + max(0, running)


def _due(ends_on: date, rests: Rests, today: date) -> Due:
    day = ends_on + timedelta(days=days_paused(rests, today))
    return Due(day, today > day)


def dues_of(learner: Any, enrolments: Iterable[Enrolment]) -> dict[uuid.UUID, Due]:
    """Return by lesson key what is due in courses that ``learner`` takes with a group: one query, or none."""
    by_cohort = {enrolment.cohort_id: enrolment for enrolment in enrolments if enrolment.cohort_id}
    if not by_cohort:
        return {}
    today = today_of(learner)
    deadlines = Deadline.objects.filter(cohort__in=by_cohort)
    return {one.lesson_key: _due(one.ends_on, by_cohort[one.cohort_id], today) for one in deadlines}


def with_days(lessons: QuerySet[LessonPage], learner: Any, course_key: uuid.UUID) -> QuerySet[LessonPage]:
    """Let ``lessons`` of a course carry what ``dues_in`` needs, in their own query; no learner has no days."""
    hers = Enrolment.objects.filter(learner_id=learner and learner.pk, course_key=course_key)
    days = Deadline.objects.filter(cohort__in=hers.values("cohort"), lesson_key=OuterRef("translation_key"))
    return lessons.annotate(
        ends_on=Subquery(days.order_by().values("ends_on")),
        paused_on=Subquery(hers.values("paused_on")),
        days_paused=Subquery(hers.values("days_paused")),
    )


def dues_in(lessons: Iterable[LessonPage], learner: Any) -> dict[uuid.UUID, Due]:
    """Return by lesson key what is due among ``lessons`` that came ``with_days`` of ``learner``: no query."""
    return {one.lesson_key: _due(one.ends_on, one, today_of(learner)) for one in lessons if one.ends_on}


def tell_what_comes() -> None:
    """Tell everybody once of a deadline of hers in the next two days, while the lesson can be opened.

    Nobody hears of it who pauses, has done the lesson or has finished the course.
    """
    today = timezone.now().date()
    in_groups = Enrolment.objects.filter(cohort__isnull=False).order_by()
    shifts: dict[uuid.UUID, list[int]] = {}
    for cohort_id, days in in_groups.values_list("cohort", "days_paused").distinct():
        shifts.setdefault(cohort_id, []).append(days)
    longest = timedelta(days=max((days for listed in shifts.values() for days in listed), default=0))
    near = Deadline.objects.filter(cohort__in=shifts, ends_on__range=(today - longest, today + COMING))
    lessons = _lessons_of(near)
    for deadline in near.select_related("cohort"):
        if deadline.lesson_key not in lessons:
            continue
        for days in shifts[deadline.cohort_id]:
            day = deadline.ends_on + timedelta(days=days)
            if today <= day <= today + COMING:
                _tell_of(deadline, day, days, lessons[deadline.lesson_key])


def _lessons_of(deadlines: QuerySet[Deadline]) -> dict[uuid.UUID, list[LessonPage]]:
    """Return the versions of each lesson that can be opened, by lesson key."""
    live = LessonPage.objects.live().filter(translation_key__in=deadlines.order_by().values("lesson_key"))
    found: dict[uuid.UUID, list[LessonPage]] = {}
    for lesson in live.select_related("locale").defer("body").order_by("path"):
        found.setdefault(lesson.lesson_key, []).append(lesson)
    return found


def _tell_of(deadline: Deadline, day: date, days: int, versions: list[LessonPage]) -> None:
    done = LessonCompletion.objects.filter(learner=OuterRef("learner"), lesson_key=deadline.lesson_key)
    graduated = Graduation.objects.filter(learner=OuterRef("learner"), course_key=deadline.cohort.course_key)
    learning = Enrolment.objects.filter(
        ~Exists(done), ~Exists(graduated), cohort=deadline.cohort_id, days_paused=days, paused_on=None
    )
    notices.tell_of_lesson(
        people=get_user_model().objects.filter(pk__in=learning.values("learner")),
        versions=versions,
        kind=Kind.DEADLINE,
        event=f"deadline:{deadline.pk}:{day:%Y%m%d}",
    )


@transaction.atomic
def set_deadlines(*, cohort: Cohort, days: dict[uuid.UUID, date | None], titles: dict[uuid.UUID, str], by: Any) -> None:
    """Let each lesson of ``days`` be done by its day, or by none; lessons that are not named keep theirs."""
    for lesson_key, day in days.items():
        mine = {"cohort": cohort, "lesson_key": lesson_key}
        if day is None:
            Deadline.objects.filter(**mine).delete()
        else:
            words = {"ends_on": day, "lesson_title": titles[lesson_key]}
            Deadline.objects.update_or_create(**mine, defaults=words)
    log(cohort, "courses.set_deadlines", user=by)
