"""Do the work that waits: one job at a time, watched, and given back when this worker must stop.

A database that is away does not stop the work: signs of life are left out, and what must be written waits for it.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone

from media_pipeline import encoders, queue, reasons, removals
from media_pipeline.encoding.commands import Plan
from media_pipeline.encoding.presets import preset_for
from media_pipeline.encoding.previews import Showing
from media_pipeline.models import Asset, Job
from media_pipeline.models.assets import Purpose
from media_pipeline.preparation import Prepared, prepare
from media_pipeline.probing.sources import Source
from media_pipeline.queue import LeaseLost
from media_pipeline.reasons import Failed, Refused
from media_pipeline.sending import uploads
from media_pipeline.states import AssetState, JobState
from media_pipeline.stopping import Stopping, noticing
from media_pipeline.storage import StorageAway, local, store

logger = logging.getLogger(__name__)
_BEAT_EVERY = 2.0
_REMIND_AT_ONCE = 100
_READ_AT_ONCE = 4 * 1024 * 1024
_AWAY = (OperationalError, InterfaceError)
_WAIT_FOR_DATABASE = 15 * 60.0  # seconds; whoever restarts one is done by then
_ASK_AGAIN = 1.0


class _Heart:
    """Watches the work on one job: keeps the lease alive, and stops the work when it must."""

    def __init__(self, job: Job, asked: threading.Event) -> None:
        self._job = job
        self._asked = asked
        self._last = 0.0
        self._showing: Showing | None = None
        self._is_shown = False

    def probed(self, source: Source) -> None:
        """Note what the video is."""
        width, height = source.upright
        facts = {"duration_ms": source.duration_ms, "width": width, "height": height}
        self.insist(partial(queue.advance, self._job, **facts))

    def encoding(self, folder: Path, plan: Plan) -> None:
        """From now on its beginning can be shown."""
        self._showing = Showing(
            folder, plan, lambda path, name: store().adopt(path, f"{self._job.outputs_prefix}/{name}")
        )

    def show_all(self) -> None:
        """Show its beginning to the end of it. Raises Stopping or LeaseLost."""
        if self._showing is not None:
            self._showing.finish(beat=partial(self.percent, 99))
            self.insist(self._note_shown)
        self.close()

    def close(self) -> None:
        """Show nothing more; when this returns, nothing is on its way to the store."""
        if self._showing is not None:
            self._showing.close()
            self._showing = None

    def _show(self) -> None:
        if self._showing is not None:
            self._showing.look()
            self._note_shown()

    def _note_shown(self) -> None:
        if self._showing.is_playable and not self._is_shown:
            queue.show(self._job)
            self._is_shown = True

    def percent(self, value: int) -> None:
        """Say that we live, and show what there is. Raises Stopping or LeaseLost."""
        if self._asked.is_set():
            raise Stopping
        now = time.monotonic()
        if now - self._last >= _BEAT_EVERY:
            self._last = now
            try:
                queue.beat(self._job, value)
                self._show()
            except _AWAY:
                logger.warning("The database is away; video %s goes on meanwhile", self._job.asset_id)
                close_old_connections()

    def insist(self, write: Callable[[], None]) -> None:
        """Write to the database, waiting for one that is away. Raises LeaseLost, Stopping or in the end its error."""
        until = time.monotonic() + _WAIT_FOR_DATABASE
        while True:
            try:
                return write()
            except _AWAY:
                if time.monotonic() > until:
                    raise
                logger.warning("The database is away; video %s waits for it", self._job.asset_id)
                close_old_connections()
            if self._asked.wait(_ASK_AGAIN):
                raise Stopping


def prepare_next() -> bool:
    """Prepare the video whose turn it is; False when none is due, or this machine has as many in hand as it can."""
    with encoders.place() as is_free, noticing() as asked:
        job = queue.claim() if is_free else None
        if job is None:
            return False
        logger.info("Preparing video %s, attempt %s", job.asset_id, job.attempts)
        try:
            _attempt(job, asked)
        except LeaseLost:
            _leave(job)
    queue.pass_on()
    return True


def _attempt(job: Job, asked: threading.Event) -> None:
    """Do the work and settle the job, or give it back. Raises LeaseLost."""
    heart = _Heart(job, asked)
    try:
        with (
            store().fetch(job.asset.original_key, beat=partial(heart.percent, 0)) as path,
            local.workspace(job.workspace) as folder,
            closing(heart),
        ):
            digest = _digest(path, heart)
            limits = limits_of(job.asset.purpose)
            prepared = prepare(path, folder, preset=preset_for(job.asset.purpose), watch=heart, **limits)
            heart.show_all()
            heart.percent(99)
            store().publish(folder, job.outputs_prefix, beat=partial(heart.percent, 99))
        heart.insist(partial(_settle, job, prepared, digest))
    except Stopping:
        queue.release(job)
        logger.info("Gave back video %s", job.asset_id)
    except Refused as refused:
        heart.insist(partial(queue.finish, job, AssetState.REFUSED, reason=refused.reason, detail=refused.detail))
    except Failed as failed:
        logger.warning("Video %s: %s", job.asset_id, failed)
        heart.insist(partial(queue.fail, job, reason=failed.reason, detail=failed.detail, retry=failed.retry))
    except FileNotFoundError as error:
        missing = {"reason": reasons.ORIGINAL_MISSING, "detail": str(error)}
        heart.insist(partial(queue.fail, job, **missing, retry=False))
    except OSError as error:
        reason = reasons.STORAGE_AWAY if isinstance(error, StorageAway) else reasons.DISK_FULL
        logger.warning("Video %s: %s: %s", job.asset_id, reason, error)
        heart.insist(partial(queue.fail, job, reason=reason, detail=str(error), retry=True))


def limits_of(purpose: str) -> dict[str, Any]:
    """Return what is special about preparing a video of this purpose: an answer is short and may be a voice alone."""
    if purpose != Purpose.ANSWER:
        return {}
    return {"sound_is_enough": True, "most_seconds": settings.MEDIA_PIPELINE_ANSWER_SECONDS}


def _digest(path: Path, heart: _Heart) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_AT_ONCE):
            digest.update(chunk)
            heart.percent(0)
    return digest.hexdigest()


def _settle(job: Job, prepared: Prepared, digest: str) -> None:
    """Make the published outputs the current ones, in one step."""
    package = prepared.package
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


def _leave(job: Job) -> None:
    """Take away what this worker wrote for a job that is no longer its own.

    A connection may break when a commit is done and only its answer is lost: what has become current stays.
    """
    if Asset.objects.filter(pk=job.asset_id, outputs=job.outputs_prefix).exists():
        return
    logger.warning("Video %s was taken from this worker", job.asset_id)
    queue.clear_away(job)


def run_waiting() -> int:
    """Do everything that waits and is due, here and now; return how many jobs that were."""
    done = 0
    while prepare_next():
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
    local.tidy()
    try:
        uploads.sweep()
        removals.sweep()
    except StorageAway as error:
        logger.warning("Uploads and removals wait until storage is back: %s", error)
    return taken
