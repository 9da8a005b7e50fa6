"""What a learner has done: one row a person and a piece, over all the languages of a course."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses import coverage
from courses.models.cohorts import Cohort
from courses.models.owned import Owned, OwnedQuerySet
from courses.models.shelves import Shelf


class EnrolmentQuerySet(OwnedQuerySet):
    """Sets of enrolments."""

    def last_touched_first(self) -> "EnrolmentQuerySet":
        """Put first the course in which she did something last; joining one is doing something."""
        latest = PieceProgress.objects.filter(learner=OuterRef("learner"), course_key=OuterRef("course_key"))
        touched = Subquery(latest.order_by("-last_at").values("last_at")[:1])
        return self.annotate(touched_at=Coalesce(touched, F("enrolled_at"))).order_by("-touched_at", "pk")


class Enrolment(models.Model):
    """A learner takes a course, alone or with a ``cohort``. ``course_key`` is the translation key of its pages.

    It rests since ``paused_on``, a day of hers; ``days_paused`` counts the rests before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    course_key = models.UUIDField()
    course_title = models.CharField(max_length=255)
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField(auto_now_add=True)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    paused_on = models.DateField(null=True, blank=True)
    days_paused = models.PositiveSmallIntegerField(default=0)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["learner", "course_key"], name="enrolment_once_a_course")]

    def __str__(self) -> str:
        return self.course_title


class PieceProgress(Owned):
    """How far she is in one piece of a lesson; written only by ``courses.progress``.

    ``cells`` is a set: bit *n* says that the n-th sixtieth of the video was played. Sets only grow, so a
    repeated, late or reordered report changes nothing, and no report can bring it above the whole. They count as
    far as the time between ``opened_at`` and ``last_at`` allows.
    """

    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    piece_id = models.UUIDField()
    cells = models.BigIntegerField(default=0)
    end_reached = models.BooleanField(default=False)
    duration_ms = models.PositiveBigIntegerField(default=0)
    position_ms = models.PositiveBigIntegerField(default=0)
    furthest_ms = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("progress in a piece")
        verbose_name_plural = _("progress in pieces")
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson_key", "piece_id"], name="progress_once_a_piece"),
            models.CheckConstraint(
                condition=models.Q(cells__gte=0, cells__lte=coverage.FULL), name="progress_within_the_piece"
            ),
        ]
        indexes = [models.Index(fields=["learner", "course_key", "-last_at"], name="progress_place")]

    def __str__(self) -> str:
        return f"{self.percent} %"

    @property
    def percent(self) -> int:
        """How much of the piece she has done, 0 to 100."""
        return coverage.percent(self.played)

    @property
    def played(self) -> int:
        """How many of the sixty cells count as played; all of them once the piece is done."""
        elapsed_ms = (self.last_at - self.opened_at) // timedelta(milliseconds=1)
        is_done = self.completed_at is not None
        return coverage.counted(self.cells, elapsed_ms=elapsed_ms, duration_ms=self.duration_ms, done=is_done)


class LessonCompletionQuerySet(OwnedQuerySet):
    """Sets of finished lessons."""

    def lesson_keys_of(self, user: Any) -> set[uuid.UUID]:
        """Return the keys of all lessons that ``user`` has finished, in whatever course they stood then."""
        return set(self.owned_by(user).values_list("lesson_key", flat=True))


class LessonCompletion(Owned):
    """A lesson she has finished. A later change of the lesson takes nothing away."""

    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    lesson_title = models.CharField(max_length=255)
    completed_at = models.DateTimeField(auto_now_add=True)

    objects = LessonCompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("finished lesson")
        verbose_name_plural = _("finished lessons")
        constraints = [models.UniqueConstraint(fields=["learner", "lesson_key"], name="lesson_finished_once")]
        indexes = [models.Index(fields=["learner", "course_key"], name="lesson_finished_by_course")]

    def __str__(self) -> str:
        return self.lesson_title


class QuizAttempt(Owned):
    """One set of answers to a quiz: ``answers`` maps a question's id to her answer (``courses.questions.marking``).

    ``client_id`` comes with the form, so that a form sent twice is one attempt.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.UUIDField()
    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    piece_id = models.UUIDField()
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "client_id"], name="quiz_form_counts_once"),
            models.CheckConstraint(condition=models.Q(right__lte=models.F("total")), name="quiz_at_most_all_right"),
        ]
        indexes = [
            models.Index(fields=["learner", "lesson_key", "piece_id", "made_at"], name="quiz_attempts_of_a_piece")
        ]

    def __str__(self) -> str:
        return f"{self.right}/{self.total}"


class QuizDraft(Owned):
    """What she has chosen in a quiz so far, one row a person and quiz; gone once the answers are handed in.

    ``fields`` are the form's, by name. ``written_ms`` is when she chose them; of two devices the later one counts.
    """

    lesson_key = models.UUIDField()
    piece_id = models.UUIDField()
    client_id = models.UUIDField()
    fields = models.JSONField()
    written_ms = models.BigIntegerField()

    class Meta:
        verbose_name = _("quiz draft")
        verbose_name_plural = _("quiz drafts")
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson_key", "piece_id"], name="quiz_draft_once_a_quiz")
        ]

    def __str__(self) -> str:
        return str(self.piece_id)
