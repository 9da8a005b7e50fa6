"""Have a machine write captions: asked for by a person, done in a queue of its own, so that no video ever waits for it.

The row is the truth. Whoever holds its lease may write; a lease that has run out is given to the next worker, and what
fails twice stays failed. The captions that come out say that a machine made them.
"""

import logging
import time
import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from media_pipeline.captions import keeping
from media_pipeline.captions.speech import Heard, models
from media_pipeline.captions.webvtt import BadCaptions, Cue
from media_pipeline.encoding import packaging
from media_pipeline.models import Asset, Listening
from media_pipeline.programs.running import Hung, TimedOut
from media_pipeline.states import JobState
from media_pipeline.storage import StorageAway, store
from media_pipeline.tasks import listen

logger = logging.getLogger(__name__)
TRIES = 2
_BEAT_EVERY = 5.0


class LeaseLost(Exception):
    """Another worker listens to this video now."""


class _Beat:
    """Keeps the lease alive while the machine listens."""

    def __init__(self, row: Listening) -> None:
        self._row = row
        self._last = 0.0

    def tick(self, done_ms: int | None) -> None:
        """Raises LeaseLost when the lease is no longer ours, or the video is gone."""
        now = time.monotonic()
        if now - self._last < _BEAT_EVERY:
            return
        self._last = now
        if not Listening.objects.filter(pk=self._row.pk, lease=self._row.lease).update(lease_until=_until()):
            raise LeaseLost


def _until() -> Any:
    return timezone.now() + timedelta(seconds=settings.MEDIA_PIPELINE_LEASE_SECONDS)


@transaction.atomic
def ask(*, asset: Asset, language: str, by: Any) -> Listening:
    """Ask for captions in ``language``; asking twice is asking once. Raises BadCaptions where nobody can listen."""
    if language not in models() or not asset.is_playable or not asset.mp4_bytes:
        raise BadCaptions(f"No machine listens to {language} here, or the video cannot be heard yet.")
    try:
        with transaction.atomic():
            row = Listening.objects.create(asset=asset, language=language, asked_by=by)
    except IntegrityError:
        return Listening.objects.get(asset=asset, language=language, state__in=[JobState.WAITING, JobState.RUNNING])
    log(asset, "media_pipeline.listen", user=by, data={"language": language})
    transaction.on_commit(partial(listen.enqueue, str(row.pk)))
    return row


def claim(listening_id: uuid.UUID | str) -> Listening | None:
    """Take a row that waits; None when it does not (any more)."""
    lease = uuid.uuid4()
    row = Listening.objects.filter(pk=listening_id, state=JobState.WAITING).select_related("asset").first()
    if row is None:
        return None
    row.attempts, row.state, row.lease, row.lease_until = row.attempts + 1, JobState.RUNNING, lease, _until()
    taken = Listening.objects.filter(pk=row.pk, state=JobState.WAITING).update(
        attempts=row.attempts, state=row.state, lease=lease, lease_until=row.lease_until
    )
    return row if taken else None


def process(listening_id: uuid.UUID | str) -> None:
    """Listen to one video, if it still waits. Harmless for a row that is running, done or gone."""
    row = claim(listening_id)
    if row is None:
        return
    try:
        cues = _hear(row)
    except LeaseLost:
        logger.warning("Another worker listens to video %s, or it is gone", row.asset_id)
    except (BadCaptions, KeyError, FileNotFoundError) as error:
        _settle(row, state=JobState.FAILED, detail=str(error))
    except (TimedOut, Hung, StorageAway) as error:
        logger.warning("Listening to video %s: %s", row.asset_id, error)
        _settle(row, state=JobState.FAILED if row.attempts >= TRIES else JobState.WAITING, detail=str(error))
    else:
        _keep(row, cues)


def _hear(row: Listening) -> list[Cue]:
    with store().fetch(f"{row.asset.outputs}/{packaging.MP4}") as path:
        return Heard(path, (row.asset.duration_ms or 0) / 1000, _Beat(row)).cues(row.language)


@transaction.atomic
def _keep(row: Listening, cues: list[Cue]) -> None:
    if _settle(row, state=JobState.DONE, detail=""):
        keeping.keep(asset=row.asset, language=row.language, cues=cues, machine_made=True, by=row.asked_by)


def _settle(row: Listening, *, state: JobState, detail: str) -> bool:
    """End this attempt; False when the row is no longer ours."""
    mine = Listening.objects.filter(pk=row.pk, lease=row.lease)
    return bool(mine.update(state=state, detail=detail[-1000:], lease=None, lease_until=None))


def sweep() -> int:
    """Take back what dead workers held, and tell the queue of what waits; return how many were taken back."""
    lost = Listening.objects.filter(state=JobState.RUNNING, lease_until__lt=timezone.now())
    free = {"lease": None, "lease_until": None}
    lost.filter(attempts__gte=TRIES).update(state=JobState.FAILED, detail="The worker was not heard of.", **free)
    taken = lost.update(state=JobState.WAITING, **free)
    for pk in Listening.objects.filter(state=JobState.WAITING).values_list("pk", flat=True)[:100]:
        listen.enqueue(str(pk))
    return taken
