"""The end of a course. One transaction makes the graduation, the certificate and the role, each once."""

import uuid
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import signals
from courses.models import Certificate, CoursePage, Enrolment, Graduation, LessonCompletion, LessonPage


def required_lessons(course_key: uuid.UUID) -> set[uuid.UUID]:
    """Return the keys of the lessons a course asks for: every live lesson of it, in any language."""
    keys: set[uuid.UUID] = set()
    for course in CoursePage.objects.live().filter(translation_key=course_key):
        keys |= set(LessonPage.objects.live().child_of(course).values_list("translation_key", flat=True))
    return keys


@transaction.atomic
def graduate_if_due(*, learner: Any, course_key: uuid.UUID) -> Graduation | None:
    """Graduate ``learner`` when she has finished every lesson; return her graduation, or None when not due.

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
    required = required_lessons(course_key)
    finished = LessonCompletion.objects.filter(learner=learner, course_key=course_key)
    if not required or required - set(finished.values_list("lesson_key", flat=True)):
        return None
    return _graduate(learner, enrolment)


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


@transaction.atomic
def write_name(*, certificate: Certificate, name: str, by: Any) -> Certificate:
    """Put ``name`` on a certificate that has none yet.

    Raises ValidationError when it has one or ``name`` is empty.
    """
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Write the name that the certificate should show."))
    changed = Certificate.objects.filter(pk=certificate.pk, name="").update(name=name)
    if not changed:
        raise ValidationError(_("This certificate has a name already."))
    certificate.name = name
    log(certificate, "courses.name_certificate", user=by)
    return certificate
