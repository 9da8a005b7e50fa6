"""Do the work that waits: one job at a time, watched, and given back when this worker must stop."""

import hashlib
import logging
import threading
import time
from pathlib import Path
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone

from media_pipeline import queue, reasons, uploads
from media_pipeline.models import Job
from media_pipeline.preparation import Prepared, prepare
from media_pipeline.probing import Source
from media_pipeline.queue import LeaseLost, cancel, retry
from media_pipeline.reasons import Failed, Refused
from media_pipeline.states import AssetState, JobState
from media_pipeline.stopping import Stopping, noticing
from media_pipeline.storage import disk

__all__ = ["cancel", "process", "retry", "run_waiting", "sweep"]

logger = logging.getLogger(__name__)
_BEAT_EVERY = 2.0
_REMIND_AT_ONCE = 100
_READ_AT_ONCE = 4 * 1024 * 1024


class _Heart:
    """Watches the work on one job: keeps the lease alive, and stops the work when it must."""

    def __init__(self, job: Job, asked: threading.Event) -> None:
        self._job = job
        self._asked = asked
        self._last = 0.0

    def probed(self, source: Source) -> None:
        """Note what the video is."""
        width, height = source.upright
        queue.advance(self._job, duration_ms=source.duration_ms, width=width, height=height)

    def percent(self, value: int) -> None:
        """Say that we live. Raises Stopping or LeaseLost."""
        if self._asked.is_set():
            raise Stopping
        now = time.monotonic()
        if now - self._last >= _BEAT_EVERY:
            self._last = now
            queue.beat(self._job, value)


def process(job_id: UUID | str) -> None:
    """Prepare the video of a job, if it still waits. Harmless for a job that is running, settled or gone."""
    with noticing() as asked:
        job = queue.claim(job_id)
        if job is None:
            return
        logger.info("Preparing video %s, attempt %s", job.asset_id, job.attempts)
        try:
            _attempt(job, asked)
        except LeaseLost:
            logger.warning("Another worker has taken video %s", job.asset_id)
        except Stopping:
            queue.release(job)
            logger.info("Gave back video %s", job.asset_id)


def _attempt(job: Job, asked: threading.Event) -> None:
    """Do the work and settle the job. Raises LeaseLost or Stopping; whatever the end, no file of a failure stays."""
    heart = _Heart(job, asked)
    try:
        with disk.fetch(job.asset.original_key) as path, disk.workspace(job.workspace) as folder:
            digest = _digest(path, heart)
            prepared = prepare(path, folder, watch=heart)
            queue.beat(job, 99)
            disk.publish(folder, job.outputs_prefix)
        _settle(job, prepared, digest)
    except Refused as refused:
        queue.finish(job, AssetState.REFUSED, reason=refused.reason, detail=refused.detail)
    except Failed as failed:
        logger.warning("Video %s: %s", job.asset_id, failed)
        queue.fail(job, reason=failed.reason, detail=failed.detail, retry=failed.retry)
    except FileNotFoundError as error:
        queue.fail(job, reason=reasons.ORIGINAL_MISSING, detail=str(error), retry=False)


def _digest(path: Path, heart: _Heart) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_AT_ONCE):
            digest.update(chunk)
            heart.percent(0)
    return digest.hexdigest()


def _settle(job: Job, prepared: Prepared, digest: str) -> None:
    """Make the published outputs the current ones, in one step; a worker that lost its lease takes its files away."""
    package = prepared.package
    try:
        queue.finish(
            job,
            AssetState.READY if prepared.is_complete else AssetState.INCOMPLETE,
            reason=prepared.reason,
            outputs=job.outputs_prefix,
            sha256=digest,
            duration_ms=package.duration_ms,
            width=package.width,
            height=package.height,
            mp4_bytes=package.mp4_bytes,
            low_bytes=package.low_bytes,
            has_storyboard=True,
            shot_check=prepared.report.as_json(),
        )
    except (LeaseLost, OperationalError):
        disk.delete(job.outputs_prefix)
        raise


def run_waiting() -> int:
    """Do everything that waits and is due, here and now; return how many jobs that were."""
    done = 0
    while job := Job.objects.waiting(timezone.now()).first():
        process(job.pk)
        done += 1
    return done


def sweep() -> int:
    """Take back the jobs of workers that are gone, remind the queue of what waits, and tidy up uploads.

    Returns how many jobs were taken back. Cheap when there is nothing to do, and safe to run anywhere at any time.
    """
    now = timezone.now()
    running = Job.objects.filter(state=JobState.RUNNING).values_list("pk", "lease", "lease_until", "worker")
    lost = [(pk, lease) for pk, lease, until, worker in running if until < now or queue.is_dead(worker)]
    taken = sum(queue.take_back(pk, lease) for pk, lease in lost)
    forgotten = Job.objects.waiting(now).exclude(enqueued_at__gte=now - queue.REMIND_AFTER)
    for job in forgotten.only("pk")[:_REMIND_AT_ONCE]:
        with transaction.atomic():
            queue.remind(job)
    uploads.sweep()
    return taken
