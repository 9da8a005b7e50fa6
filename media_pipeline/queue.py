"""The moves of a job's row: made, claimed, kept alive, given back, settled.

Each move is one transaction that first locks the job. Whoever holds the lease may write; every write of a worker names
its lease, so a worker that was taken for dead can do no harm when it comes back.
"""

import os
import socket
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.log_actions import log

from media_pipeline import reasons, removals, states, turns
from media_pipeline.models import Asset, Job
from media_pipeline.signals import asset_changed
from media_pipeline.states import AssetState, JobState
from media_pipeline.storage import local
from media_pipeline.tasks import prepare_next

PAUSES = (timedelta(0), timedelta(seconds=30), timedelta(minutes=5))
REMIND_AFTER = timedelta(minutes=5)


class LeaseLost(Exception):
    """Another worker has been given this job; stop, and write nothing."""


def worker_name() -> str:
    """Name this process so that a sweep on the same machine can see whether it still lives."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    """When a process began, in clock ticks since boot; empty where it is gone or the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def is_dead(worker: str) -> bool:
    """Say whether ``worker`` was a process of this machine that no longer runs."""
    host, _colon, rest = worker.partition(":")
    pid, _colon, started = rest.partition(":")
    return host == socket.gethostname() and bool(started) and _started(int(pid)) != started


def announce(asset: Asset) -> None:
    """Send the news that a video has reached another state, after the commit."""
    transaction.on_commit(
        partial(asset_changed.send_robust, sender=Asset, asset_id=asset.pk, state=str(asset.state)), robust=True
    )


@transaction.atomic
def create(*, asset: Asset) -> Job:
    """Make the job that prepares ``asset`` and tell the queue after the commit."""
    now = timezone.now()
    hers = Job.objects.unfinished().filter(asset__owner_id=asset.owner_id) if asset.owner_id else Job.objects.none()
    turn = turns.turn(now=now, last=hers.aggregate(last=Max("turn_at"))["last"], size_bytes=asset.size_bytes)
    job = Job(asset=asset, turn_at=turn, run_after=now, tries_left=settings.MEDIA_PIPELINE_TRIES)
    job.save(force_insert=True)
    announce(asset)
    remind(job)
    return job


def remind(job: Job) -> None:
    """Tell the queue of a waiting job after the commit; telling it twice is harmless."""
    Job.objects.filter(pk=job.pk).update(enqueued_at=timezone.now())
    transaction.on_commit(prepare_next.enqueue)


@transaction.atomic
def pass_on() -> None:
    """A worker is free again: tell the queue of the job whose turn it is, if one waits."""
    if job := Job.objects.waiting(timezone.now()).first():
        remind(job)


def _locked(job_id: uuid.UUID | str) -> Job:
    job = Job.objects.select_for_update().get(pk=job_id)
    job.asset = Asset.objects.select_for_update().get(pk=job.asset_id)
    return job


def _held(job: Job) -> Job:
    """Lock the row of ``job`` and make sure that its lease is still ours; raises LeaseLost."""
    try:
        row = _locked(job.pk)
    except (Job.DoesNotExist, Asset.DoesNotExist) as error:
        raise LeaseLost from error
    if row.lease != job.lease:
        raise LeaseLost
    return row


def _move(job: Job, to: JobState, **fields: Any) -> None:
    """Save a move that the table allows, provided that the row is still in the state we know."""
    states.check_job_move(job.state, to)
    fields["state"] = to
    if to is not JobState.RUNNING:
        fields |= {"lease": None, "lease_until": None}
    if not Job.objects.filter(pk=job.pk, state=job.state).update(**fields):
        raise states.MoveNotAllowed(f"Job {job.pk} is no longer {job.state}.")
    for name, value in fields.items():
        setattr(job, name, value)


def _reset_asset(asset: Asset) -> None:
    if asset.state != AssetState.RECEIVED:
        asset.move_to(AssetState.RECEIVED, percent=0)
        announce(asset)


@transaction.atomic
def claim() -> Job | None:
    """Take the waiting job whose turn it is for this worker; None when none is due.

    A video is begun only while there is room for what becomes of it, at most as much again: it waits for room rather
    than fail for want of it.
    """
    now = timezone.now()
    fitting = Job.objects.waiting(now).filter(asset__size_bytes__lte=local.free_bytes() // 2)
    job = fitting.select_for_update(skip_locked=True, of=("self",)).first()
    if job is None:
        return None
    job.asset = Asset.objects.select_for_update().get(pk=job.asset_id)
    _move(
        job,
        JobState.RUNNING,
        attempts=job.attempts + 1,
        tries_left=max(0, job.tries_left - 1),
        percent=0,
        lease=uuid.uuid4(),
        lease_until=now + timedelta(seconds=settings.MEDIA_PIPELINE_LEASE_SECONDS),
        worker=worker_name(),
        started_at=now,
        finished_at=None,
    )
    if job.asset.state == AssetState.RECEIVED:
        job.asset.move_to(AssetState.CHECKING, percent=0)
        announce(job.asset)
    return job


def beat(job: Job, percent: int) -> None:
    """Say that the worker lives and how far it is; raises LeaseLost when the job is no longer its own."""
    until = timezone.now() + timedelta(seconds=settings.MEDIA_PIPELINE_LEASE_SECONDS)
    if not Job.objects.filter(pk=job.pk, lease=job.lease).update(lease_until=until, percent=percent):
        raise LeaseLost
    if percent != job.percent:
        Asset.objects.filter(pk=job.asset_id).update(percent=percent)
        job.percent = percent


@transaction.atomic
def advance(job: Job, **facts: Any) -> None:
    """Note what probing found; the video is now being prepared."""
    row = _held(job)
    row.asset.move_to(AssetState.PREPARING, **facts)
    announce(row.asset)


@transaction.atomic
def show(job: Job) -> None:
    """Note that the beginning of the video can be watched while the rest is made; raises LeaseLost."""
    row = _held(job)
    Asset.objects.filter(pk=row.asset_id).update(preview=row.outputs_prefix)


@transaction.atomic
def finish(job: Job, state: AssetState, *, reason: str = "", detail: str = "", **fields: Any) -> None:
    """Settle the video as ready, incomplete or refused, and the job as done; raises LeaseLost."""
    row = _held(job)
    now = timezone.now()
    playable = state in states.PLAYABLE
    if not playable:
        clear_away(row)
    _move(row, JobState.DONE, finished_at=now, reason=reason, detail=detail, percent=100)
    row.asset.move_to(
        state, reason=reason, percent=100 if playable else 0, ready_at=now if playable else None, **fields
    )
    announce(row.asset)


@transaction.atomic
def fail(job: Job, *, reason: str, detail: str, retry: bool) -> None:
    """Give up, or after a growing pause try again while tries are left; raises LeaseLost."""
    _fail(_held(job), reason=reason, detail=detail, retry=retry)


def _fail(row: Job, *, reason: str, detail: str, retry: bool) -> None:
    now = timezone.now()
    clear_away(row)
    if retry and row.tries_left > 0:
        pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
        _move(row, JobState.WAITING, reason=reason, detail=detail, run_after=now + pause, enqueued_at=None)
        _reset_asset(row.asset)
        return
    _move(row, JobState.FAILED, reason=reason, detail=detail, finished_at=now)
    row.asset.move_to(AssetState.FAILED, reason=reason, percent=0)
    announce(row.asset)


@transaction.atomic
def release(job: Job) -> None:
    """Give a job back untouched because this worker stops; costs none of its tries. Raises LeaseLost."""
    row = _held(job)
    clear_away(row)
    _move(row, JobState.WAITING, tries_left=row.tries_left + 1, run_after=timezone.now())
    _reset_asset(row.asset)
    remind(row)


@transaction.atomic
def take_back(job_id: uuid.UUID, lease: uuid.UUID) -> bool:
    """Take a job from a worker that is gone; False when it was heard of meanwhile."""
    row = _locked(job_id)
    alive = row.lease_until is None or (row.lease_until >= timezone.now() and not is_dead(row.worker))
    if row.state != JobState.RUNNING or row.lease != lease or alive:
        return False
    _fail(row, reason=reasons.WORKER_LOST, detail=f"{row.worker} was not heard of any more.", retry=True)
    return True


def clear_away(job: Job) -> None:
    """Delete, after the commit, what an attempt that came to nothing was in the middle of writing."""
    transaction.on_commit(partial(local.delete, job.workspace))
    removals.remove(job.outputs_prefix)


@transaction.atomic
def retry(*, job_id: uuid.UUID, by: Any) -> bool:
    """Let a failed or cancelled job wait again with all its tries; False when it is neither."""
    row = _locked(job_id)
    if row.state not in (JobState.FAILED, JobState.CANCELLED):
        return False
    if Job.objects.filter(asset=row.asset, state__in=[s.value for s in states.UNFINISHED]).exists():
        return False
    _move(row, JobState.WAITING, tries_left=settings.MEDIA_PIPELINE_TRIES, run_after=timezone.now(), finished_at=None)
    _reset_asset(row.asset)
    log_operator(row, "media_pipeline.retry", by)
    remind(row)
    return True


@transaction.atomic
def cancel(*, job_id: uuid.UUID, by: Any) -> bool:
    """Take a job out of the queue, or away from the worker that is doing it; False when it is neither.

    A worker notices at its next sign of life that the lease is no longer its own, and stops.
    """
    row = _locked(job_id)
    if row.state not in states.UNFINISHED:
        return False
    _move(row, JobState.CANCELLED, finished_at=timezone.now(), reason=reasons.CANCELLED)
    row.asset.move_to(AssetState.FAILED, reason=reasons.CANCELLED, percent=0)
    announce(row.asset)
    log_operator(row, "media_pipeline.cancel", by)
    return True


def log_operator(job: Job, action: str, by: Any) -> None:
    """Write what an operator did to the log of the video."""
    log(job.asset, action, user=by, data={"job": str(job.pk)})
