"""A group that takes a course together: its beginning, its invitation, and when each lesson is meant to be done."""

import secrets
import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.shelves import Shelf

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another when it is read aloud
CODE_LENGTH = 8


def new_code() -> str:
    """Return an invitation that nobody guesses."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


def tidy_code(text: str) -> str:
    """Return a code as it is kept, from what somebody typed."""
    return "".join(letter for letter in text.upper() if letter in LETTERS)


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Sets of cohorts."""

    def visible_to(self, user: Any) -> "CohortQuerySet":
        """Return those that ``user`` may see and change in the admin: of her shelves, or all for an administrator."""
        if user.is_superuser or user.has_role("administrator"):
            return self
        return self.filter(shelf__in=Shelf.objects.of(user).values("pk"))


class Cohort(models.Model):
    """One run of a course with a day on which it begins. Nothing is ever locked because of its dates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="+")
    course_key = models.UUIDField()
    course_title = models.CharField(_("course"), max_length=255)
    name = models.CharField(_("name of the group"), max_length=80)
    starts_on = models.DateField(_("begins on"))
    is_open = models.BooleanField(
        _("anybody who joins the course may choose it"),
        default=False,
        help_text=_("Otherwise only who has the invitation."),
    )
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of a course")
        verbose_name_plural = _("groups of a course")
        ordering = ["-starts_on"]
        indexes = [
            models.Index(fields=["course_key", "starts_on"], condition=models.Q(is_open=True), name="cohort_to_choose")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def invitation(self) -> str:
        """The address that invites to it."""
        return reverse("courses:invitation", args=[self.code])


class Deadline(models.Model):
    """The day at whose end a lesson, with the video it may ask for, is meant to be done by a group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="deadlines")
    lesson_key = models.UUIDField()
    lesson_title = models.CharField(max_length=255)
    ends_on = models.DateField()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["ends_on"]
        constraints = [models.UniqueConstraint(fields=["cohort", "lesson_key"], name="deadline_once_a_lesson")]

    def __str__(self) -> str:
        return f"{self.lesson_title}, {self.ends_on}"
