"""Who may see a video that she has sent in, and the children in its picture: hers to say, and to change at any time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import notices
from courses.models import Audience, ChildInPicture, Cohort, Enrolment, Submission
from courses.models.submissions import SubmissionQuerySet

LONGEST_SECONDS = 24 * 60 * 60  # of a video whose length nobody knows yet


class SharingRefused(ValueError):
    """It cannot be shown so; the message says why, in her language."""


@dataclass(frozen=True)
class Child:
    """A child under a name that only she understands, and how many seconds it is seen."""

    alias: str
    seconds: int


@dataclass(frozen=True)
class Consent:
    """What she says about one video; ``children`` is None where she was not asked."""

    audience: str = Audience.INSTRUCTOR
    children: tuple[Child, ...] | None = None


NOT_ASKED = Consent()


def group_of(learner: Any, course_key: UUID) -> Cohort | None:
    """Return the group with which ``learner`` takes a course, None when she takes it alone."""
    joined = Enrolment.objects.owned_by(learner).filter(course_key=course_key).select_related("cohort").first()
    return joined.cohort if joined else None


@transaction.atomic
def give_consent(*, submission: Submission, consent: Consent, by: Any) -> None:
    """Let exactly those of ``consent`` see the video from this moment on, and keep what she says about children.

    What she asked of a group that sees it no more is taken back. Raises PermissionDenied unless it is hers, and
    SharingRefused for a group where she has none.
    """
    submission = _hers(submission, by)
    audience = Audience(consent.audience)
    cohort = group_of(by, submission.course_key) if audience != Audience.INSTRUCTOR else None
    if audience == Audience.GROUP and cohort is None:
        raise SharingRefused(_("You take this course without a group."))
    _show_to(submission, audience, cohort, by)
    if consent.children is not None:
        _name_children(submission, consent.children)
    submission.save(update_fields=["audience", "cohort", "shows_children", "asked_peers_at"])


@transaction.atomic
def withdraw(*, submission: Submission, by: Any) -> None:
    """Let her group see the video no more, and take back what she asked of it. Twice is harmless.

    What everybody may see stays open to everybody. Raises PermissionDenied unless it is hers.
    """
    submission = _hers(submission, by)
    is_public = submission.audience == Audience.PUBLIC
    _show_to(submission, Audience.PUBLIC if is_public else Audience.INSTRUCTOR, None, by)
    submission.save(update_fields=["audience", "cohort", "asked_peers_at"])


@transaction.atomic
def stop_asking(videos: SubmissionQuerySet) -> None:
    """Take back what was asked of a group about ``videos``, from everybody who has not read it."""
    asked = videos.filter(asked_peers_at__isnull=False)
    events = [video.asked_event for video in asked]
    asked.update(asked_peers_at=None)
    notices.retract(events=events)


def _hers(submission: Submission, by: Any) -> Submission:
    """Return the row, locked. Raises PermissionDenied unless it is hers."""
    submission = locked(submission)
    if submission.learner_id != by.pk:
        raise PermissionDenied
    return submission


def locked(submission: Submission) -> Submission:
    """Return the row, locked, always before people are: who changes it waits, and not who writes about the video."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("asset", "cohort")
    return rows.get(pk=submission.pk)


def _show_to(submission: Submission, audience: Audience, cohort: Cohort | None, by: Any) -> None:
    """Write on the row who sees it from now on; what was asked of another group is asked no more."""
    if audience != submission.audience:
        log(submission, "courses.choose_audience", user=by, data={"audience": audience})
    if submission.cohort != cohort:
        submission.asked_peers_at = None
        notices.retract(events=[submission.asked_event])
    submission.audience, submission.cohort = audience, cohort


def _name_children(submission: Submission, children: Iterable[Child]) -> None:
    """Keep these children and no others. What is private stands in no log."""
    longest = -(-submission.asset.duration_ms // 1000) if submission.asset.duration_ms else LONGEST_SECONDS
    rows = [ChildInPicture(submission=submission, alias=one.alias, seconds=one.seconds) for one in children]
    if any(row.seconds > longest for row in rows):
        raise SharingRefused(_("A child cannot be seen for longer than your video lasts."))
    submission.children.all().delete()
    ChildInPicture.objects.bulk_create(rows)
    submission.shows_children = bool(rows)
