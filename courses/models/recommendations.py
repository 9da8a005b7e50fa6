"""What a learner could do next: rows worked out every night, and what she says to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.owned import Owned


class Recommendation(models.Model):
    """``course_key`` could come next; ``rank`` 0 is the best of its kind. Written only by ``courses.recommending``.

    ``basis`` says why, and what the reason refers to is ``because_key``, the course that weighed most. A row without
    a learner is for everybody, or for everybody who takes the course ``because_key``.
    """

    class Basis(models.TextChoices):
        TAKEN = "taken", _("taken by those who took the same")
        ALIKE = "alike", _("alike in what it teaches")
        POPULAR = "popular", _("taken by many")
        NEW = "new", _("taken by few so far")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True, blank=True, db_index=False
    )
    course_key = models.UUIDField()
    basis = models.CharField(max_length=8, choices=Basis.choices)
    because_key = models.UUIDField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        indexes = [models.Index(fields=["learner", "because_key"], name="recommendation_for_whom")]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course_key"], condition=Q(basis="taken"), name="recommendation_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["because_key", "course_key"], condition=Q(basis="alike"), name="recommendation_once_a_likeness"
            ),
            models.UniqueConstraint(
                fields=["basis", "course_key"],
                condition=Q(basis__in=["popular", "new"]),
                name="recommendation_once_for_everybody",
            ),
            models.CheckConstraint(
                condition=Q(basis="taken", learner__isnull=False, because_key__isnull=False)
                | Q(basis="alike", learner=None, because_key__isnull=False)
                | Q(basis__in=["popular", "new"], learner=None, because_key=None),
                name="recommendation_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(because_key=None) | ~Q(because_key=F("course_key")),
                name="recommendation_because_of_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_key}: {self.get_basis_display()}"


class NotForMe(Owned):
    """A course that she does not want to be recommended; taken back by deleting it."""

    course_key = models.UUIDField()
    course_title = models.CharField(max_length=255)
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("course that is not for her")
        verbose_name_plural = _("courses that are not for her")
        ordering = ["-said_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "course_key"], name="not_for_me_once_a_course")]

    def __str__(self) -> str:
        return self.course_title


class RecommendationChoice(Owned):
    """What she wants of recommendations. No row: they are on, and rest on all the courses she has joined.

    Off: none are shown, none are worked out, and what she does teaches nothing about others. ``begun_over_at``: what
    she joined before counts no more.
    """

    is_off = models.BooleanField(default=False)
    begun_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("choice about recommendations")
        verbose_name_plural = _("choices about recommendations")
        constraints = [models.UniqueConstraint(fields=["learner"], name="recommendation_choice_one_a_person")]

    def __str__(self) -> str:
        return str(_("off")) if self.is_off else str(_("on"))


class RecommendationRun(models.Model):
    """One night's work, at most one a day; ``found`` is what came of it, in figures and sentences."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(unique=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        verbose_name = _("night of recommending")
        verbose_name_plural = _("nights of recommending")

    def __str__(self) -> str:
        return self.day.isoformat()
