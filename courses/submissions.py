"""Sending in a video for an assignment."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.models import LessonPage, Rubric, Submission
from courses.pieces import ASSIGNMENT, Piece, asset_id_of
from courses.sharing import NOT_ASKED, Consent, give_consent
from media_pipeline.models import Asset
from media_pipeline.models.assets import Purpose
from media_pipeline.shot_check.wishes import Wish
from media_pipeline.states import AssetState

UNUSABLE = (AssetState.REFUSED, AssetState.FAILED)


class SubmissionRefused(ValueError):
    """The video cannot be sent in; the message says why, in her language."""


@dataclass(frozen=True)
class Assignment:
    """An assignment as it stands in the lesson; ``brief`` is rich text."""

    id: uuid.UUID
    title: str
    brief: str
    checklist: tuple[str, ...]
    min_seconds: int
    max_seconds: int
    rubric_id: str | None
    example_id: uuid.UUID | None
    shape: str = ""

    @property
    def wish(self) -> Wish:
        """What it asks of a video."""
        return Wish(self.min_seconds, self.max_seconds, self.shape)


def assignment_of(piece: Piece) -> Assignment:
    """Read an assignment from its piece. Raises ValueError for a piece of another kind."""
    if piece.kind != ASSIGNMENT:
        raise ValueError(piece.kind)
    value: Mapping[str, Any] = piece.value
    checklist = tuple(
        entry["value"] if isinstance(entry, Mapping) else str(entry) for entry in value.get("checklist") or []
    )
    return Assignment(
        piece.id,
        value["title"],
        value["brief"],
        checklist,
        int(value["min_seconds"]),
        int(value["max_seconds"]),
        value.get("rubric"),
        asset_id_of(value.get("example")),
        value.get("shape") or "",
    )


def rubric_in_use(rubric_id: str | None, locale_id: int) -> Rubric | None:
    """Return the version now in use of the rubric an assignment names, in its language if there is one."""
    chosen = Rubric.objects.filter(pk=rubric_id).first() if rubric_id else None
    if chosen is None:
        return None
    family = {rubric.locale_id: rubric for rubric in Rubric.objects.latest().filter(family=chosen.family)}
    return family.get(locale_id) or family.get(chosen.locale_id) or chosen


@transaction.atomic
def submit(
    *,
    learner: Any,
    lesson: LessonPage,
    piece_id: uuid.UUID,
    asset: Asset | None,
    note: str = "",
    consent: Consent = NOT_ASKED,
) -> Submission:
    """Send in ``asset`` for the assignment ``piece_id`` of ``lesson`` as the learner's next try.

    Sending the same video twice gives the same submission, seen by those whom she named last. Raises SubmissionRefused
    without a video, with one that is not hers, was refused or is used already, and while another try is open or one has
    passed; SharingRefused as ``give_consent`` does.
    The caller has checked that she has joined the course.
    """
    assignment = next((assignment_of(p) for p in lesson.pieces if p.id == piece_id and p.kind == ASSIGNMENT), None)
    if assignment is None:
        raise SubmissionRefused(_("This lesson has no such assignment any more."))
    asset = _checked(learner, asset, assignment)
    earlier = list(Submission.objects.filter(learner=learner, lesson_key=lesson.lesson_key, piece_id=piece_id))
    if again := next((s for s in earlier if s.asset_id == asset.pk), None):
        return _with_consent(again, consent)
    _check_earlier(earlier)
    if Submission.objects.filter(asset=asset).exists():
        raise SubmissionRefused(_("You have sent this video already, for another assignment. Please choose another."))
    course = lesson.course
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                learner=learner,
                shelf=course.shelf,
                course_key=course.course_key,
                lesson_key=lesson.lesson_key,
                piece_id=piece_id,
                course_title=course.title,
                lesson_title=lesson.title,
                title=assignment.title,
                number=max((s.number for s in earlier), default=0) + 1,
                asset=asset,
                rubric=rubric_in_use(assignment.rubric_id, lesson.locale_id),
                note=note.strip(),
            )
    except IntegrityError as error:
        return _with_consent(_sent_meanwhile(learner, asset, error), consent)
    log(submission, "courses.submit", user=learner)
    return _with_consent(submission, consent)


def _with_consent(submission: Submission, consent: Consent) -> Submission:
    """Return it, seen by those whom she named last; nothing changes where she was not asked."""
    if consent != NOT_ASKED:
        give_consent(submission=submission, consent=consent, by=submission.learner)
    return submission


def _checked(learner: Any, asset: Asset | None, assignment: Assignment) -> Asset:
    """Return ``asset``, locked so that its state cannot change meanwhile."""
    locked = Asset.objects.owned_by(learner).select_for_update().filter(pk=asset.pk).first() if asset else None
    if locked is None or locked.purpose != Purpose.SUBMISSION:
        raise SubmissionRefused(_("There is no video yet. Choose or record one, wait until it has arrived, then send."))
    if locked.state in UNUSABLE:
        raise SubmissionRefused(locked.message)
    if locked.duration_ms and assignment.wish.length_fault(locked.duration_ms):
        raise SubmissionRefused(
            _("Your video lasts %(seconds)d seconds. Please send one of %(shortest)d to %(longest)d seconds.")
            % {
                "seconds": locked.duration_ms / 1000,
                "shortest": assignment.min_seconds,
                "longest": assignment.max_seconds,
            }
        )
    return locked


def _check_earlier(earlier: list[Submission]) -> None:
    if any(s.state == Submission.State.PASSED for s in earlier):
        raise SubmissionRefused(_("You have passed this assignment already. There is nothing more to send."))
    if any(s.state == Submission.State.SENT for s in earlier):
        raise SubmissionRefused(_("Your last try still waits for an answer. You can send another one after that."))


def _sent_meanwhile(learner: Any, asset: Asset, error: IntegrityError) -> Submission:
    """Return what a second tap sent a moment ago, or say that another try is open."""
    existing = Submission.objects.filter(learner=learner, asset=asset).first()
    if existing is None:
        raise SubmissionRefused(
            _("Your last try still waits for an answer. You can send another one after that.")
        ) from error
    return existing


@transaction.atomic
def give_back_unusable(asset_id: uuid.UUID) -> int:
    """Close the open submission of a video that turned out to be unusable, so that she may send another."""
    open_ones = Submission.objects.filter(asset_id=asset_id, asset__state__in=UNUSABLE, state=Submission.State.SENT)
    return open_ones.update(state=Submission.State.UNUSABLE, reviewer=None, lease_until=None)


def take_back_usable(asset_id: uuid.UUID) -> int:
    """Open again the submission of a video that plays after all, unless she has sent another since."""
    later = Submission.objects.filter(
        learner=OuterRef("learner"),
        lesson_key=OuterRef("lesson_key"),
        piece_id=OuterRef("piece_id"),
        number__gt=OuterRef("number"),
    )
    closed = Submission.objects.filter(asset_id=asset_id, state=Submission.State.UNUSABLE)
    return closed.filter(~Exists(later)).update(state=Submission.State.SENT)
