"""Reviewing: one reviewer at a time by a lease, a draft that survives, and one decision."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import tasks
from courses.models import Review, ReviewNote, Submission
from courses.models.submissions import LEASE
from courses.progress import finish_piece


class ReviewRefused(ValueError):
    """The reviewer cannot do this now; the message says why, in her language."""


class HeldByAnother(ReviewRefused):
    """Somebody else reviews it, or the lease has run out and somebody took it."""


class DecidedAlready(ReviewRefused):
    """It has its answer."""


class Incomplete(ReviewRefused):
    """Scores or the summary are missing."""


def take(*, submission: Submission, by: Any) -> Review:
    """Give the lease to ``by`` for half an hour, or renew hers; of two who ask at once one gets it.

    Raises DecidedAlready, HeldByAnother, and ReviewRefused for somebody who may not review it.
    """
    mine = Submission.objects.reviewable_by(by).filter(pk=submission.pk)
    if not mine.exists():
        raise ReviewRefused(_("You cannot review this video."))
    with transaction.atomic():
        until = timezone.now() + LEASE
        claimed = _open(submission).filter(_free(by)).update(reviewer=by, lease_until=until)
        submission.refresh_from_db(fields=["state", "reviewer", "lease_until"])
        if not claimed:
            raise _why_not(submission)
        review, created = Review.objects.get_or_create(submission=submission, reviewer=by)
        if created:
            log(submission, "courses.take", user=by)
    return review


def take_next(*, by: Any) -> Submission | None:
    """Take the oldest submission that waits and nobody holds; None when there is none."""
    queue = Submission.objects.reviewable_by(by).waiting().free_for(by)
    for submission in queue[:20]:
        try:
            take(submission=submission, by=by)
        except ReviewRefused:
            continue  # somebody was faster
        return submission
    return None


def release(*, submission: Submission, by: Any) -> None:
    """Give the lease back; the draft stays. Harmless when ``by`` does not hold it."""
    _open(submission).filter(reviewer=by).update(reviewer=None, lease_until=None)


def _open(submission: Submission) -> Any:
    return Submission.objects.filter(pk=submission.pk, state=Submission.State.SENT)


def _free(by: Any) -> Q:
    return Q(reviewer=None) | Q(reviewer=by) | Q(lease_until__lt=timezone.now())


def _why_not(submission: Submission) -> ReviewRefused:
    if submission.state != Submission.State.SENT:
        return DecidedAlready(_("This video has its answer already."))
    return HeldByAnother(_("Somebody else is looking at this video now. What you wrote is kept as your draft."))


def _held_review(submission: Submission, by: Any) -> Review:
    """Return the draft of ``by`` with her lease renewed; taken anew when it ran out and nobody else came."""
    return take(submission=submission, by=by)


@transaction.atomic
def save_draft(*, submission: Submission, by: Any, scores: Mapping[str, int], summary: str) -> Review:
    """Keep what the reviewer has so far and renew her lease. Raises as ``take`` does."""
    review = _held_review(submission, by)
    review.scores, review.summary = _valid_scores(submission, scores), summary.strip()
    review.save(update_fields=["scores", "summary", "changed_at"])
    return review


def _valid_scores(submission: Submission, scores: Mapping[str, int]) -> dict[str, int]:
    criteria = submission.rubric.criterion_list if submission.rubric else []
    return {c.key: scores[c.key] for c in criteria if c.key in scores and 0 <= scores[c.key] <= c.points}


@transaction.atomic
def add_note(*, submission: Submission, by: Any, at_ms: int, text: str) -> ReviewNote:
    """Write a note at a moment of the video; the same note twice is one. Raises as ``take`` does."""
    review = _held_review(submission, by)
    longest = submission.asset.duration_ms
    at_ms = max(0, min(at_ms, longest) if longest else at_ms)
    note, _created = ReviewNote.objects.get_or_create(review=review, at_ms=at_ms, text=text.strip())
    return note


@transaction.atomic
def remove_note(*, submission: Submission, by: Any, note_id: str) -> None:
    """Take a note of her own out of a draft. Harmless when it is gone."""
    review = _held_review(submission, by)
    review.notes.filter(pk=note_id).delete()


@transaction.atomic
def decide(*, submission: Submission, by: Any, decision: str, scores: Mapping[str, int], summary: str) -> Review:
    """Answer a submission, once: ``decision`` is ``pass`` or ``again``.

    A pass finishes the piece, perhaps the lesson, perhaps the course, in the same transaction. The learner is
    told after the commit. Raises Incomplete, and as ``take`` does.
    """
    decision = Review.Decision(decision)
    state = Submission.State.PASSED if decision == Review.Decision.PASS else Submission.State.AGAIN
    review = _held_review(submission, by)
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
    transaction.on_commit(partial(tasks.tell_learner.enqueue, str(submission.pk)))
    return review


def _check_complete(submission: Submission, review: Review) -> None:
    if not review.summary:
        raise Incomplete(_("Write a few words to her before you decide."))
    criteria = submission.rubric.criterion_list if submission.rubric else []
    if any(criterion.key not in review.scores for criterion in criteria):
        raise Incomplete(_("Give points for each line of the rubric before you decide."))
