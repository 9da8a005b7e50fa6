"""Videos that learners send in, and what instructors answer."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort
from courses.models.learning import Enrolment
from courses.models.owned import OwnedQuerySet
from courses.models.rubrics import Criterion, Rubric
from courses.models.sharing import Audience
from courses.models.shelves import Shelf
from courses.models.talk import Block, Post
from media_pipeline.models import Asset
from media_pipeline.playback import still_url
from media_pipeline.states import PLAYABLE

LEASE = timedelta(minutes=30)


def clock(milliseconds: float) -> str:
    """Return a moment of a video as ``m:ss``; never later than it is."""
    minutes, seconds = divmod(int(milliseconds) // 1000, 60)
    return f"{minutes}:{seconds:02d}"


class SubmissionQuerySet(OwnedQuerySet):
    """Sets of submissions; ``owned_by`` are those that somebody sent in herself."""

    def visible_to(self, user: Any) -> "SubmissionQuerySet":
        """Return what ``user`` may see: her own, and those of the shelves she teaches on."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(learner=user) | Q(shelf__in=Shelf.objects.of(user).values("pk")))

    def reviewable_by(self, user: Any) -> "SubmissionQuerySet":
        """Return those of the shelves she teaches on; never her own."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(shelf__in=Shelf.objects.of(user).values("pk")).exclude(learner=user)

    def shared_with(self, user: Any) -> "SubmissionQuerySet":
        """Return those that somebody else of a group of hers shows the group now, while both of them are in it.

        Two people of whom one has blocked the other see nothing of each other.
        """
        if not user.is_authenticated:
            return self.none()
        together = Enrolment.objects.filter(course_key=OuterRef("course_key"), cohort=OuterRef("cohort"))
        blocks = Block.objects.filter(
            Q(learner=user, person=OuterRef("learner")) | Q(learner=OuterRef("learner"), person=user)
        )
        found = self.filter(Exists(together.filter(learner=user)), Exists(together.filter(learner=OuterRef("learner"))))
        found = found.filter(~Exists(blocks), asset__state__in=PLAYABLE, learner__is_active=True)
        return found.exclude(audience=Audience.INSTRUCTOR).exclude(learner=user)

    def asking(self, user: Any) -> "SubmissionQuerySet":
        """Return those about which ``user`` is asked what she thinks and has said nothing, the oldest first."""
        said = Post.objects.filter(video=OuterRef("pk"), writer=user).exclude(state=Post.State.TAKEN_BACK)
        return (
            self.shared_with(user).filter(~Exists(said), asked_peers_at__isnull=False).order_by("asked_peers_at", "pk")
        )

    def waiting(self) -> "SubmissionQuerySet":
        """Return those that a reviewer can watch and nobody has answered, the oldest first."""
        answered = Review.objects.filter(submission=OuterRef("pk")).exclude(chosen="")
        open_ones = self.filter(state=Submission.State.SENT, asset__state__in=PLAYABLE)
        return open_ones.exclude(Exists(answered)).order_by("sent_at", "pk")

    def arriving(self) -> "SubmissionQuerySet":
        """Return those that were sent in and cannot be watched yet."""
        return self.filter(state=Submission.State.SENT).exclude(asset__state__in=PLAYABLE)

    def free_for(self, user: Any) -> "SubmissionQuerySet":
        """Return those that nobody else holds now."""
        return self.filter(Q(reviewer=None) | Q(reviewer=user) | Q(lease_until__lt=timezone.now()))


class Submission(models.Model):
    """One try at an assignment: a video and a note. ``number`` counts her tries at this piece from 1.

    ``cohort`` is the group that may see it, none while only the instructor may. ``shows_children`` is what she says,
    None where she was never asked.
    """

    class State(models.TextChoices):
        SENT = "sent", _("Waiting for your instructor")
        PASSED = "passed", _("Passed")
        AGAIN = "again", _("Another try")
        UNUSABLE = "unusable", _("The video could not be used")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="submissions")
    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    piece_id = models.UUIDField()
    course_title = models.CharField(max_length=255)
    lesson_title = models.CharField(max_length=255)
    title = models.CharField(_("assignment"), max_length=255)
    number = models.PositiveSmallIntegerField(_("try"))
    asset = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="submission")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions")
    note = models.TextField(_("note for your instructor"), blank=True, max_length=1000)
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENT)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.INSTRUCTOR)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    shows_children = models.BooleanField(null=True)
    asked_peers_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson_key", "piece_id", "number"], name="submission_tries_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["learner", "lesson_key", "piece_id"],
                condition=Q(state="sent"),
                name="submission_one_open_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["learner", "lesson_key", "piece_id"], condition=Q(state="passed"), name="submission_passed_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "unusable"]) | Q(decided_at__isnull=False),
                name="submission_answer_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(audience="instructor", cohort=None)
                | Q(audience="group", cohort__isnull=False)
                | Q(audience="public"),
                name="submission_shown_to_a_group",
            ),
            models.CheckConstraint(
                condition=Q(asked_peers_at=None) | Q(cohort__isnull=False), name="submission_asks_a_group"
            ),
        ]
        indexes = [
            models.Index(fields=["shelf", "sent_at"], condition=Q(state="sent"), name="submission_queue"),
            models.Index(
                fields=["shelf", "-decided_at"], condition=Q(decided_at__isnull=False), name="submission_answered"
            ),
            models.Index(fields=["learner", "-sent_at"], name="submission_of_learner"),
            models.Index(fields=["cohort", "-sent_at"], name="submission_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def is_held_by(self, user: Any) -> bool:
        """Say whether ``user`` holds the lease now."""
        return self.state == self.State.SENT and self.reviewer_id == user.pk and not self.lease_is_over

    @property
    def lease_is_over(self) -> bool:
        """Say whether nobody holds it now."""
        return self.reviewer_id is None or self.lease_until is None or self.lease_until < timezone.now()

    @property
    def still_url(self) -> str:
        """A signed address of a still of the video, empty while there is none; the caller decides who sees it."""
        return still_url(self.asset)

    @property
    def shared_still_url(self) -> str:
        """The still for those she shows the video to, for as long as she does."""
        return still_url(self.asset, revocable=True)

    @property
    def asked_event(self) -> str:
        """The event of which her group is told when she asks what it thinks."""
        return f"asked:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for an answer."""
        return self.state == self.State.SENT

    @property
    def is_decided(self) -> bool:
        """Say whether an instructor has answered."""
        return self.state in (self.State.PASSED, self.State.AGAIN)

    @cached_property
    def decided_review(self) -> "Review | None":
        """The review that counts, with its notes; None before the answer."""
        return (
            self.reviews.exclude(decision="").select_related("reviewer", "recording").prefetch_related("notes").first()
        )


class Review(models.Model):
    """What one reviewer writes about a submission: a draft until she decides.

    What she has ``chosen`` becomes the ``decision`` at ``settles_at``; until then she can take it back.
    """

    class Decision(models.TextChoices):
        PASS = "pass", _("Passed")
        AGAIN = "again", _("Another try")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    scores = models.JSONField(default=dict)
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    recording = models.OneToOneField(
        Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="said_in", verbose_name=_("recording")
    )
    chosen = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    settles_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["submission", "reviewer"], name="review_one_a_reviewer"),
            models.UniqueConstraint(fields=["submission"], condition=~Q(decision=""), name="review_decided_once"),
            models.UniqueConstraint(fields=["submission"], condition=~Q(chosen=""), name="review_chosen_once"),
            models.CheckConstraint(
                condition=Q(chosen="", settles_at=None) | (~Q(chosen="") & Q(settles_at__isnull=False)),
                name="review_chosen_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["settles_at"], condition=~Q(chosen=""), name="review_to_settle")]

    def __str__(self) -> str:
        return self.get_decision_display() or str(_("Draft"))

    @property
    def scored_criteria(self) -> list[tuple[Criterion, int | None]]:
        """Each criterion of the rubric with the points given, or None."""
        rubric = self.submission.rubric
        return [(c, self.scores.get(c.key)) for c in rubric.criterion_list] if rubric else []

    @property
    def points(self) -> int:
        """The sum of the points given."""
        return sum(given for _criterion, given in self.scored_criteria if given is not None)


class ReviewNote(models.Model):
    """A sentence at a moment of the video."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="notes")
    at_ms = models.PositiveBigIntegerField()
    text = models.TextField(max_length=1000)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at_ms", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def clock(self) -> str:
        """The moment as ``m:ss``."""
        return clock(self.at_ms)

    @property
    def seconds(self) -> str:
        """The moment in seconds, for the player."""
        return f"{self.at_ms / 1000:g}"
