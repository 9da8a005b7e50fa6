"""Groups of a course, the days of their lessons, and rests, as the tests of both lay them."""

from datetime import date, timedelta

from courses.cohorts import go_on, pause
from courses.models import Cohort, Deadline, Enrolment

TODAY = date(2026, 11, 18)


def make_cohort(course, name="Autumn", **values):
    defaults = {"shelf": course.shelf, "course_key": course.course_key, "course_title": course.title}
    return Cohort.objects.create(name=name, **(defaults | {"starts_on": TODAY} | values))


def due_in(cohort, lesson, days):
    return Deadline.objects.create(
        cohort=cohort, lesson_key=lesson.lesson_key, lesson_title=lesson.title, ends_on=TODAY + timedelta(days=days)
    )


def enrolment_of(person):
    return Enrolment.objects.get(learner=person)


def rest(person, days):
    """Let her pause for ``days``, which are over now."""
    course_key = enrolment_of(person).course_key
    pause(learner=person, course_key=course_key)
    Enrolment.objects.filter(learner=person).update(paused_on=TODAY - timedelta(days=days))
    go_on(learner=person, course_key=course_key)
