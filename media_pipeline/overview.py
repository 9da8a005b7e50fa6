"""How the work on videos stands, in numbers: for the operator's page, the command line and a monitor."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Min, Value, When
from django.utils import timezone

from media_pipeline.models import Job, Upload
from media_pipeline.models.jobs import JobQuerySet
from media_pipeline.states import JobState
from media_pipeline.storage import local

ATTENTION = (JobState.RUNNING, JobState.FAILED, JobState.WAITING)  # in the order in which an operator wants to see them
_PREFIX = "hearthlight_media"


def overview() -> dict[str, int]:
    """Return counts by state, the seconds the oldest waiting job has waited, unfinished uploads, and free
    bytes on the disk of this machine."""
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    oldest = Job.objects.filter(state=JobState.WAITING).aggregate(at=Min("created_at"))["at"]
    return {
        **{state.value: counts.get(state.value, 0) for state in JobState},
        "oldest_waits_seconds": round((timezone.now() - oldest).total_seconds()) if oldest else 0,
        "unfinished_uploads": Upload.objects.unfinished().count(),
        "free_bytes": local.free_bytes(),
    }


def jobs_to_see(state: str | None = None) -> JobQuerySet:
    """The jobs an operator looks at, or those of one ``state``: running, failed, waiting, in the order of turns."""
    wanted = [state] if state in set(JobState) else [each.value for each in ATTENTION]
    places = [When(state=each, then=Value(number)) for number, each in enumerate(ATTENTION)]
    order = Case(*places, default=Value(len(places)), output_field=IntegerField())
    return Job.objects.filter(state__in=wanted).select_related("asset").order_by(order, "turn_at")


def as_row(job: Job) -> dict[str, Any]:
    """One job for the command line: who has it and how long, how far it is, why it failed. No title: it is private."""
    return {
        "job": str(job.pk),
        "video": str(job.asset_id),
        "state": job.state,
        "percent": job.percent,
        "attempts": job.attempts,
        "worker": job.worker if job.state == JobState.RUNNING else "",
        "since": (job.since or job.created_at).isoformat(timespec="seconds"),
        "reason": job.reason,
        "detail": job.detail,
    }


def as_prometheus(numbers: dict[str, int]) -> str:
    """The numbers of :func:`overview` as a monitor reads them.

    Format: https://prometheus.io/docs/instrumenting/exposition_formats/ (text, for its textfile collector).
    """
    lines = [f"# TYPE {_PREFIX}_jobs gauge"]
    lines += [f'{_PREFIX}_jobs{{state="{state}"}} {numbers[state]}' for state in JobState]
    for name in numbers.keys() - set(JobState):
        lines += [f"# TYPE {_PREFIX}_{name} gauge", f"{_PREFIX}_{name} {numbers[name]}"]
    return "\n".join(lines)
