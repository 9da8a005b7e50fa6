"""Asking a colleague for a second opinion before a video gets its answer. The learner never hears of it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.models import SecondOpinion, Submission
from courses.review import DecidedAlready, ReviewRefused, take


def colleagues_for(submission: Submission, by: Any) -> QuerySet[Any]:
    """Return who else may review a video: those who teach on its shelf too, never the learner herself."""
    teachers = get_user_model().objects.filter(groups__shelf=submission.shelf_id, is_active=True, erased_at=None)
    return teachers.exclude(pk__in=[by.pk, submission.learner_id]).order_by("public_name", "pk")


@transaction.atomic
def ask(*, submission: Submission, colleague: Any, question: str, by: Any) -> SecondOpinion:
    """Ask ``colleague`` what she thinks, one at a time; the video stays with ``by`` as by ``review.take``.

    The lease does not grow longer by it: when it has run out another may take the video and answer it. Raises
    ReviewRefused for somebody who cannot review it and while a question is open, and as ``take`` does.
    """
    take(submission=submission, by=by)
    colleagues = colleagues_for(submission, by)
    if not colleagues.filter(pk=colleague.pk).exists():
        raise ReviewRefused(_("She cannot review this video. Choose somebody else."))
    unanswered = SecondOpinion.objects.filter(submission=submission, asker=by, answered_at=None)
    unanswered.exclude(colleague__in=colleagues.order_by()).delete()  # who cannot review it any more never answers
    try:
        with transaction.atomic():
            asked = SecondOpinion.objects.create(
                submission=submission, asker=by, colleague=colleague, question=question.strip()
            )
    except IntegrityError as error:
        raise ReviewRefused(_("You have asked already. Wait for what your colleague says, or answer now.")) from error
    log(submission, "courses.ask_opinion", user=by)
    return asked


@transaction.atomic
def give(*, opinion: SecondOpinion, answer: str, by: Any) -> SecondOpinion:
    """Say what ``by`` thinks; only who asked reads it. Raises DecidedAlready when the video has its answer by now,
    and ReviewRefused for somebody who is not asked, may not review it or has said it already.
    """
    asked = SecondOpinion.objects.visible_to(by).filter(pk=opinion.pk, colleague=by)
    if not asked.exists():
        raise ReviewRefused(_("You cannot review this video."))
    if not asked.open().exists():
        raise DecidedAlready(_("This video has its answer already."))
    given = {"answer": answer.strip(), "answered_at": timezone.now()}
    if not SecondOpinion.objects.filter(pk=opinion.pk, answered_at=None).update(**given):
        raise ReviewRefused(_("You have said what you think already."))
    opinion.refresh_from_db()
    return opinion
