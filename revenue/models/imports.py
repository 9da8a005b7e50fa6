"""What a worker is asked to do with a report's file, and how far it is."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revenue.models.sources import Report


class RunKind(models.TextChoices):
    """A file is looked at first; posting it is another run."""

    LOOK = "look", _("look at it")
    POST = "post", _("post it")


class RunState(models.TextChoices):
    """Only one run of a report waits or works at a time."""

    WAITING = "waiting", _("waiting for its turn")
    WORKING = "working", _("being read")
    BOOKING = "booking", _("being written into the books")
    DONE = "done", _("done")
    FAILED = "failed", _("not done")
    CANCELLED = "cancelled", _("stopped")


UNDER_WAY = (RunState.WAITING, RunState.WORKING, RunState.BOOKING)


class ImportRun(models.Model):
    """One piece of work on one file. ``beat_at`` says that its worker lives; ``failure`` is a kept Finding."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=8, choices=RunKind)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    is_cancelled = models.BooleanField(default=False)
    failure = models.JSONField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="revenue_run_state_known"),
            models.CheckConstraint(condition=Q(kind__in=RunKind.values), name="revenue_run_kind_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="revenue_run_at_most_all"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(state__in=UNDER_WAY), name="revenue_run_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.report_id}"

    @property
    def is_under_way(self) -> bool:
        """Say whether it waits or works."""
        return self.state in UNDER_WAY
