"""The work of preparing one video. The row is the truth; a queue only says "look at it"."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media_pipeline import reasons, states
from media_pipeline.models.assets import Asset


class State(models.TextChoices):
    """The states of :class:`media_pipeline.states.JobState` with their names for people."""

    WAITING = states.JobState.WAITING.value, _("waiting")
    RUNNING = states.JobState.RUNNING.value, _("running")
    DONE = states.JobState.DONE.value, _("done")
    FAILED = states.JobState.FAILED.value, _("failed")
    CANCELLED = states.JobState.CANCELLED.value, _("cancelled")


class JobQuerySet(models.QuerySet["Job"]):
    """Sets of jobs."""

    def waiting(self, now: datetime) -> "JobQuerySet":
        """Jobs that may be started at ``now``, in the order of their turns."""
        return self.filter(state=State.WAITING, run_after__lte=now).order_by("turn_at")

    def unfinished(self) -> "JobQuerySet":
        """Jobs that wait or run."""
        return self.filter(state__in=[state.value for state in states.UNFINISHED])


class Job(models.Model):
    """One video to prepare. ``lease`` names the attempt that may write; whoever lost it must stop."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="jobs", verbose_name=_("video"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tries_left = models.PositiveSmallIntegerField(_("tries left"), default=3)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    detail = models.TextField(_("detail for the operator"), blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    turn_at = models.DateTimeField(_("its turn"))  # see media_pipeline.turns
    run_after = models.DateTimeField(_("not before"))
    enqueued_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        permissions = [("operate_jobs", _("Can look after the preparing of videos"))]
        indexes = [models.Index(fields=["state", "turn_at"], name="job_line")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.JobState)), name="job_state_is_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_percent_at_most_100"),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "cancelled"]) | ~Q(reason=""), name="job_given_up_has_reason"
            ),
            models.UniqueConstraint(
                fields=["asset"], condition=Q(state__in=["waiting", "running"]), name="job_one_unfinished_per_asset"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease__isnull=True, lease_until__isnull=True)),
                name="job_running_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} ({self.state})"

    @property
    def message(self) -> str:
        """What became of it in one sentence, in the language that is active; empty when nothing went wrong."""
        return str(reasons.MESSAGES.get(self.reason, ""))

    @property
    def since(self) -> datetime | None:
        """When it came into the state it is in."""
        return {State.WAITING: self.created_at, State.RUNNING: self.started_at}.get(self.state, self.finished_at)

    @property
    def heard_at(self) -> datetime | None:
        """When its worker last gave a sign of life."""
        return self.lease_until and self.lease_until - timedelta(seconds=settings.MEDIA_PIPELINE_LEASE_SECONDS)

    @property
    def outputs_prefix(self) -> str:
        """Where this attempt's outputs go; every attempt has a prefix of its own."""
        return f"outputs/{self.asset_id}/{self.attempts}"

    @property
    def workspace(self) -> str:
        """Where this attempt works before its outputs are published."""
        return f"work/{self.pk}-{self.attempts}"
