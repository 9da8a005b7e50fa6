"""A course that comes as a file: looked at first, then brought in by a worker."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.owned import OwnedQuerySet
from courses.models.pages import CoursePage, ShelfPage
from courses.spreadsheets.findings import Finding


class CourseImportQuerySet(OwnedQuerySet):
    """Sets of files of courses."""

    def owned_by(self, user: Any) -> "CourseImportQuerySet":
        """Return those that ``user`` sent."""
        return self.filter(sent_by=user) if user.is_authenticated else self.none()


class CourseImport(models.Model):
    """One file. ``report`` is what :meth:`courses.exchange.course_in.look_at` found, ``lease`` who works on it."""

    class State(models.TextChoices):
        SEEN = "seen", _("looked at")
        WAITING = "waiting", _("waits")
        RUNNING = "running", _("is being brought in")
        DONE = "done", _("is here")
        FAILED = "failed", _("did not come")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(ShelfPage, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    report = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.SEEN)
    lease = models.UUIDField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    course = models.ForeignKey(CoursePage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    has_file = models.BooleanField(default=True)
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)

    objects = CourseImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("course as a file")
        verbose_name_plural = _("courses as files")
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["sent_by", "-sent_at"], name="course_import_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", lease__isnull=False) | ~Q(state="running") & Q(lease=None),
                name="course_import_running_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def key(self) -> str:
        """Where storage keeps the file until it was brought in."""
        return f"imports/{self.pk}/course"

    @property
    def left_out(self) -> list[Finding]:
        """What of it cannot come."""
        return [Finding.of_json(one) for one in self.report.get("left_out", [])]

    @property
    def failure(self) -> Finding | None:
        """Why it did not come."""
        return Finding.of_json(self.report["failure"]) if self.report.get("failure") else None

    @property
    def can_begin(self) -> bool:
        """Whether it may be brought in, or once more."""
        return self.has_file and self.state in (self.State.SEEN, self.State.FAILED) and bool(self.report.get("lessons"))

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
