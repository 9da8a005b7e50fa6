"""How the work on videos stands, in numbers: for the operator's page, the command line and a monitor."""

from django.db.models import Count, Min
from django.utils import timezone

from media_pipeline.models import Job, Upload
from media_pipeline.states import JobState
from media_pipeline.storage import disk


def overview() -> dict[str, int]:
    """Return counts by state, the seconds the oldest waiting job has waited, unfinished uploads, and free bytes."""
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    oldest = Job.objects.filter(state=JobState.WAITING).aggregate(at=Min("created_at"))["at"]
    return {
        **{state.value: counts.get(state.value, 0) for state in JobState},
        "oldest_waits_seconds": round((timezone.now() - oldest).total_seconds()) if oldest else 0,
        "unfinished_uploads": Upload.objects.unfinished().count(),
        "free_bytes": disk.free_bytes(),
    }
