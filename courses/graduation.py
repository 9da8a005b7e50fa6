"""The end of a course. One transaction makes the graduation, the certificate and the role, each once."""

import uuid
from functools import partial
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from courses import signals
from courses.models import Certificate, CoursePage, Enrolment, Graduation, LessonCompletion


def ways_to_finish(course_key: uuid.UUID, language: str) -> list[set[uuid.UUID]]:
    """Return the sets of lessons of which one is enough: the course in ``language``, or in its fullest version.

    A lesson that exists only in another language keeps nobody from finishing what her own page asks for; a
    version that is still being translated is no short way for those who read another. Two queries and one for
    each language.
    """
    versions = {}
    for course in CoursePage.objects.live().filter(translation_key=course_key).select_related("locale"):
        lessons = course.lessons.values_list("translation_key", flat=True)
        versions[course.locale.language_code] = set(lessons)
    fullest = max(map(len, versions.values()), default=0)
    return [keys for code, keys in versions.items() if keys and (code == language or len(keys) == fullest)]


@transaction.atomic
def graduate_if_due(*, learner: Any, course_key: uuid.UUID) -> Graduation | None:
    """Graduate ``learner`` when she has finished what the course asks for; return her graduation, or None.

    A lesson with an assignment is finished only when the assignment passed. However often this is called,
    there is one graduation and one certificate. Whoever listens to ``signals.graduating`` works inside the
    transaction; what it raises takes everything back.
    """
    enrolment = Enrolment.objects.select_for_update().filter(learner=learner, course_key=course_key).first()
    if enrolment is None:
        return None
    existing = Graduation.objects.filter(learner=learner, course_key=course_key).first()
    if existing is not None:
        return existing
    finished = LessonCompletion.objects.lesson_keys_of(learner)
    if any(lessons <= finished for lessons in ways_to_finish(course_key, learner.language)):
        return _graduate(learner, enrolment)
    return None


def _graduate(learner: Any, enrolment: Enrolment) -> Graduation:
    graduation = Graduation.objects.create(
        learner=learner, course_key=enrolment.course_key, course_title=enrolment.course_title
    )
    Certificate.objects.create(graduation=graduation, name=learner.public_name)
    learner.give_role("creator")
    signals.graduating.send(sender=Graduation, graduation=graduation)
    log(graduation, "courses.graduate", user=learner)
    transaction.on_commit(
        partial(signals.graduated.send_robust, sender=Graduation, graduation_id=graduation.pk), robust=True
    )
    return graduation
