"""What she alone says about a video of hers: who may see it, and which children appear in it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_ALIAS = 40  # letters


class Audience(models.TextChoices):
    """Who may see a video besides those who teach the course; each wider than the one before."""

    INSTRUCTOR = "instructor", _("Only my instructor")
    GROUP = "group", _("My group too")
    PUBLIC = "public", _("Everybody")


class ChildQuerySet(models.QuerySet["ChildInPicture"]):
    """Sets of children."""

    def owned_by(self, user: Any) -> "ChildQuerySet":
        """Return those in the videos that ``user`` sent in; nobody else's page asks for any."""
        return self.filter(submission__learner=user) if user.is_authenticated else self.none()


class ChildInPicture(models.Model):
    """A child in one of her videos, under a name that only she understands, and for how long it is seen.

    Private: only she reads it. Neither instructors nor her group nor a log are told.
    """

    submission = models.ForeignKey("courses.Submission", on_delete=models.CASCADE, related_name="children")
    alias = models.CharField(max_length=LONGEST_ALIAS)
    seconds = models.PositiveIntegerField()

    objects = ChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("child in the picture")
        verbose_name_plural = _("children in the picture")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "alias"], name="child_named_once"),
            models.CheckConstraint(condition=Q(seconds__gte=1) & ~Q(alias=""), name="child_is_seen"),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never the alias: this text finds its way into logs
