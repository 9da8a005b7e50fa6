"""Work that waits for the commit."""

import uuid

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task

from courses.models import Submission


@task(backend="background", queue_name="default")
def tell_learner(submission_id: str) -> None:
    """Send the learner an e-mail that her video has an answer, once, when she has an address."""
    send_answer_mail(uuid.UUID(submission_id))


@transaction.atomic
def send_answer_mail(submission_id: uuid.UUID) -> bool:
    """Send the mail about a decided submission; say whether it was sent now.

    The claim and the sending are one transaction: when the mail server fails, it may be tried again.
    """
    unsent = Submission.objects.filter(pk=submission_id, told_at=None, decided_at__isnull=False)
    if not unsent.update(told_at=timezone.now()):
        return False
    submission = Submission.objects.select_related("learner").get(pk=submission_id)
    learner = submission.learner
    if not learner.email:
        return False
    address = settings.SITE_URL.rstrip("/") + reverse("courses:feedback", args=[submission.pk])
    with translation.override(learner.language):
        context = {"submission": submission, "learner": learner, "address": address}
        subject = " ".join(render_to_string("courses/email/answer_subject.txt", context).split())
        body = render_to_string("courses/email/answer.txt", context)
    send_mail(subject, body, None, [learner.email])
    return True
