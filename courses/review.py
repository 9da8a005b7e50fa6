"""Reviewing: one reviewer at a time by a lease, a draft that survives, and one decision.

What she chooses settles a minute later, by a chore of the worker; until then nobody is told and she can take it back.
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import notices
from courses.models import Review, ReviewNote, Submission
from courses.models.notices import Kind
from courses.models.submissions import LEASE, SubmissionQuerySet
from courses.progress import finish_piece

logger = logging.getLogger(__name__)
NOTHING_CHOSEN = {"chosen": "", "settles_at": None}


class ReviewRefused(ValueError):
    """The reviewer cannot do this now; the message says why, in her language."""


class HeldByAnother(ReviewRefused):
    """Somebody else reviews it, or the lease has run out and somebody took it."""


class DecidedAlready(ReviewRefused):
    """It has its answer, or somebody has just given it."""


class Incomplete(ReviewRefused):
    """Scores or the summary are missing."""


def take(*, submission: Submission, by: Any) -> Review:
    """Give the lease to ``by`` for half an hour, or renew hers, and return her draft; of two who ask one gets it.

    A lease that ran out is taken anew when nobody else came.
    Raises DecidedAlready, HeldByAnother, and ReviewRefused for somebody who may not review it.
    """
    mine = Submission.objects.reviewable_by(by).filter(pk=submission.pk)
    if not mine.exists():
        raise ReviewRefused(_("You cannot review this video."))
    with transaction.atomic():
        if Review.objects.filter(submission=submission).exclude(chosen="").exists():
            raise DecidedAlready(_("This video has its answer already."))
        until = timezone.now() + LEASE
        claimed = _open(submission).free_for(by).update(reviewer=by, lease_until=until)
        submission.refresh_from_db(fields=["state", "reviewer", "lease_until"])
        if not claimed:
            raise _why_not(submission)
        review, created = Review.objects.get_or_create(submission=submission, reviewer=by)
        if created:
            log(submission, "courses.take", user=by)
    return review


def take_next(*, by: Any, among: SubmissionQuerySet) -> Submission | None:
    """Take the oldest of those that wait ``among`` these and nobody else holds; None when there is none."""
    for submission in among.free_for(by)[:20]:
        try:
            take(submission=submission, by=by)
        except ReviewRefused:
            continue  # somebody was faster
        return submission
    return None


def release(*, submission: Submission, by: Any) -> None:
    """Give the lease back; the draft stays. Harmless when ``by`` does not hold it."""
    _open(submission).filter(reviewer=by).update(reviewer=None, lease_until=None)


def _open(submission: Submission) -> SubmissionQuerySet:
    """Return the row itself while it waits for an answer; else an empty set."""
    return Submission.objects.filter(pk=submission.pk, state=Submission.State.SENT)


def _why_not(submission: Submission) -> ReviewRefused:
    if submission.state != Submission.State.SENT:
        return DecidedAlready(_("This video has its answer already."))
    return HeldByAnother(_("Somebody else is looking at this video now. What you wrote is kept as your draft."))


@transaction.atomic
def save_draft(*, submission: Submission, by: Any, scores: Mapping[str, int], summary: str) -> Review:
    """Keep what the reviewer has so far and renew her lease. Raises as ``take`` does."""
    review = take(submission=submission, by=by)
    review.scores, review.summary = _valid_scores(submission, scores), summary.strip()
    review.save(update_fields=["scores", "summary", "changed_at"])
    return review


def _valid_scores(submission: Submission, scores: Mapping[str, int]) -> dict[str, int]:
    criteria = submission.rubric.criterion_list if submission.rubric else []
    return {c.key: scores[c.key] for c in criteria if c.key in scores and 0 <= scores[c.key] <= c.points}


@transaction.atomic
def add_note(*, submission: Submission, by: Any, at_ms: int, text: str) -> ReviewNote:
    """Write a note at a moment of the video; the same note twice is one. Raises as ``take`` does."""
    review = take(submission=submission, by=by)
    longest = submission.asset.duration_ms
    at_ms = max(0, min(at_ms, longest) if longest else at_ms)
    note, _created = ReviewNote.objects.get_or_create(review=review, at_ms=at_ms, text=text.strip())
    return note


@transaction.atomic
def remove_note(*, submission: Submission, by: Any, note_id: uuid.UUID) -> None:
    """Take a note of her own out of a draft. Harmless when it is gone."""
    review = take(submission=submission, by=by)
    review.notes.filter(pk=note_id).delete()


@transaction.atomic
def choose(*, submission: Submission, by: Any, decision: str, scores: Mapping[str, int], summary: str) -> Review:
    """Answer a submission as ``decide`` does, but so that it can be taken back for ``REVIEW_UNDO_SECONDS``.

    Raises as ``decide`` does, at once.
    """
    if not settings.REVIEW_UNDO_SECONDS:
        return decide(submission=submission, by=by, decision=decision, scores=scores, summary=summary)
    review = save_draft(submission=submission, by=by, scores=scores, summary=summary)
    _check_complete(submission, review)
    review.chosen = Review.Decision(decision)
    review.settles_at = timezone.now() + timedelta(seconds=settings.REVIEW_UNDO_SECONDS)
    review.save(update_fields=["chosen", "settles_at"])
    return review


def chosen_by(user: Any) -> QuerySet[Review]:
    """Return the answers that ``user`` can still take back, the latest first."""
    hers = Review.objects.filter(reviewer=user, settles_at__gt=timezone.now()).exclude(chosen="")
    return hers.select_related("submission__learner").order_by("-settles_at")


@transaction.atomic
def undo(*, submission: Submission, by: Any) -> Review:
    """Take back what ``by`` has chosen; it is her draft again. Raises DecidedAlready when it is too late."""
    if not Review.objects.filter(submission=submission, reviewer=by).exclude(chosen="").update(**NOTHING_CHOSEN):
        raise DecidedAlready(_("It is too late to take it back. The answer is sent."))
    return take(submission=submission, by=by)


def settle_due() -> int:
    """Make every answer final that can no longer be taken back; return how many. Twice at once is harmless.

    One that cannot, because what follows from it fails, is logged and tried again; it holds up no other.
    """
    due = Review.objects.filter(settles_at__lte=timezone.now()).exclude(chosen="").order_by("settles_at")
    settled = 0
    for review in due.select_related("submission__learner", "submission__rubric", "reviewer"):
        try:
            settled += _settle(review)
        except Exception:  # whatever an app above does in its receivers
            logger.exception("An answer could not settle: submission %s", review.submission_id)
    return settled


def _settle(review: Review) -> bool:
    with transaction.atomic():
        mine = Review.objects.filter(pk=review.pk, chosen=review.chosen, settles_at=review.settles_at)
        if not mine.update(**NOTHING_CHOSEN):
            return False  # taken back, or settled by another worker
        try:
            with transaction.atomic():
                decide(
                    submission=review.submission,
                    by=review.reviewer,
                    decision=review.chosen,
                    scores=review.scores,
                    summary=review.summary,
                )
        except ReviewRefused:  # her account is gone, or the video turned out to be unusable: the draft stays
            logger.warning("An answer could not settle: submission %s", review.submission_id)
            return False
    return True


@transaction.atomic
def decide(*, submission: Submission, by: Any, decision: str, scores: Mapping[str, int], summary: str) -> Review:
    """Answer a submission, once: ``decision`` is ``pass`` or ``again``.

    A pass finishes the piece, perhaps the lesson, perhaps the course, in the same transaction, and the learner is
    told in it. Raises Incomplete, and as ``take`` does.
    """
    decision = Review.Decision(decision)
    state = Submission.State.PASSED if decision == Review.Decision.PASS else Submission.State.AGAIN
    review = take(submission=submission, by=by)
    review.scores, review.summary = _valid_scores(submission, scores), summary.strip()
    _check_complete(submission, review)
    now = timezone.now()
    held = _open(submission).filter(reviewer=by)
    if not held.update(state=state, decided_at=now, lease_until=None):
        submission.refresh_from_db(fields=["state"])
        raise _why_not(submission)
    review.decision, review.decided_at = decision, now
    review.save()
    submission.refresh_from_db(fields=["state", "decided_at", "lease_until"])
    log(submission, f"courses.{'pass' if decision == Review.Decision.PASS else 'ask_again'}", user=by)
    if decision == Review.Decision.PASS:
        finish_piece(
            learner=submission.learner,
            course_key=submission.course_key,
            lesson_key=submission.lesson_key,
            piece_id=submission.piece_id,
        )
    notices.tell(
        people=[submission.learner_id],
        kind=Kind.ANSWER,
        event=f"answer:{submission.pk}",
        title=submission.title,
        url=reverse("courses:feedback", args=[submission.pk]),
    )
    return review


def _check_complete(submission: Submission, review: Review) -> None:
    if not review.summary:
        raise Incomplete(_("Write a few words to her before you decide."))
    criteria = submission.rubric.criterion_list if submission.rubric else []
    if any(criterion.key not in review.scores for criterion in criteria):
        raise Incomplete(_("Give points for each line of the rubric before you decide."))
