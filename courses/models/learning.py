"""What a learner has done: one row a person and a piece, over all the languages of a course."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from courses import coverage
from courses.models.shelves import Shelf


class OwnedQuerySet(models.QuerySet[Any]):
    """Sets of rows that belong to a learner."""

    def owned_by(self, user: Any) -> Self:
        """Return the rows of ``user``; nobody's when she has not signed in."""
        return self.filter(learner=user) if user.is_authenticated else self.none()


class EnrolmentQuerySet(OwnedQuerySet):
    """Sets of enrolments."""

    def with_place(self) -> "EnrolmentQuerySet":
        """Add ``place``: the id of the piece she touched last in each course."""
        latest = PieceProgress.objects.filter(learner=OuterRef("learner"), course_key=OuterRef("course_key"))
        return self.annotate(place=Subquery(latest.order_by("-last_at").values("pk")[:1]))


class Enrolment(models.Model):
    """A learner takes a course. ``course_key`` is the translation key of its pages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    course_key = models.UUIDField()
    course_title = models.CharField(max_length=255)
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField(auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["learner", "course_key"], name="enrolment_once_a_course")]

    def __str__(self) -> str:
        return self.course_title


class PieceProgress(models.Model):
    """How far she is in one piece of a lesson; written only by ``courses.progress``.

    ``cells`` is a set: bit *n* says that the n-th sixtieth of the video was played. Sets only grow, so a
    repeated, late or reordered report changes nothing, and no report can bring it above the whole.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
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
        return 100 if self.completed_at else coverage.percent(self.cells)


class LessonCompletion(models.Model):
    """A lesson she has finished. A later change of the lesson takes nothing away."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    lesson_title = models.CharField(max_length=255)
    completed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("finished lesson")
        verbose_name_plural = _("finished lessons")
        constraints = [models.UniqueConstraint(fields=["learner", "lesson_key"], name="lesson_finished_once")]
        indexes = [models.Index(fields=["learner", "course_key"], name="lesson_finished_by_course")]

    def __str__(self) -> str:
        return self.lesson_title


class QuizAttempt(models.Model):
    """One set of answers to a quiz. ``answers`` maps a question's id to the ids of the chosen answers.

    ``client_id`` comes with the form, so that a form sent twice is one attempt.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.UUIDField()
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    piece_id = models.UUIDField()
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

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
