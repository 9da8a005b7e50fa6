"""Joining a course."""

from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from courses.completion import catch_up
from courses.models import CoursePage, Enrolment


@transaction.atomic
def enrol(*, learner: Any, course: CoursePage) -> Enrolment:
    """Let ``learner`` join ``course`` in all its languages; joining twice changes nothing.

    What she did in open lessons before counts.
    """
    enrolment, created = Enrolment.objects.get_or_create(
        learner=learner,
        course_key=course.course_key,
        defaults={"course_title": course.title, "shelf": course.shelf},
    )
    if created:
        learner.give_role("learner")
        log(enrolment, "courses.enrol", user=learner)
        catch_up(learner=learner, course_key=course.course_key)
    return enrolment
