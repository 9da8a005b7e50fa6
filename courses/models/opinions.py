"""What one reviewer asks another about a video before she answers it; only the two read it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.submissions import Submission

LONGEST_OPINION = 1000  # letters


class OpinionQuerySet(models.QuerySet["SecondOpinion"]):
    """Sets of second opinions."""

    def visible_to(self, user: Any) -> "OpinionQuerySet":
        """Return those that ``user`` asked for or is asked for, while she may review the video."""
        theirs = Submission.objects.reviewable_by(user).values("pk")
        return self.filter(Q(asker=user) | Q(colleague=user), submission__in=theirs) if user.pk else self.none()

    def open(self) -> "OpinionQuerySet":
        """Return those about videos that nobody has answered; after that no opinion is needed."""
        return self.filter(submission__in=Submission.objects.waiting().order_by().values("pk"))

    def to_look_at(self, user: Any) -> "OpinionQuerySet":
        """Return the open ones that ``user`` asked for, or is asked for and has not given; the newest first."""
        given = Q(colleague=user, answered_at__isnull=False)
        return self.visible_to(user).open().exclude(given).order_by("-asked_at", "pk")


class SecondOpinion(models.Model):
    """A question of ``asker`` to ``colleague`` about a video that waits for an answer, and what the colleague says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="opinions")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question = models.TextField(max_length=LONGEST_OPINION)
    answer = models.TextField(max_length=LONGEST_OPINION, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("second opinion")
        verbose_name_plural = _("second opinions")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "asker"], condition=Q(answered_at=None), name="opinion_one_open_question"
            ),
            models.CheckConstraint(condition=~Q(asker=F("colleague")), name="opinion_of_somebody_else"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="opinion_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
