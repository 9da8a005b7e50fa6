"""What an instructor says aloud about a video: recorded in the browser, part of her draft, and seen by the two of them.

It comes beside the written answer, never in its place: what is only heard is lost to who cannot hear it.
"""

import uuid
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses import review
from courses.models import Review, Submission
from media_pipeline import assets
from media_pipeline.models.assets import Purpose
from media_pipeline.playback import Player, player_for
from media_pipeline.probing.sniffing import LOOK_AT, Kind, sniff
from media_pipeline.sending.appending import has_room
from media_pipeline.sending.uploads import UploadRefused, check_quota
from media_pipeline.storage import local

_CHUNK = 1024**2


class RecordingRefused(review.ReviewRefused):
    """It cannot be used; the message says why, in her language."""


def record(*, submission: Submission, by: Any, file: BinaryIO, size: int) -> Review:
    """Keep a recording with the draft of ``by``, in the place of an earlier one, and have it prepared.

    Raises RecordingRefused, and as ``review.take`` does.
    """
    review.take(submission=submission, by=by)
    if not size:
        raise RecordingRefused(_("Nothing was recorded."))
    if size > settings.MEDIA_PIPELINE_ANSWER_BYTES or not has_room(2 * size):
        raise RecordingRefused(_("This recording is too large. Speak for two minutes at most."))
    if sniff(file.read(LOOK_AT)) != Kind.VIDEO:
        raise RecordingRefused(_("This is no recording that can be used. Please record it again."))
    file.seek(0)
    with local.workspace(f"work/answer-{uuid.uuid4()}") as folder:
        path = Path(folder) / "recording"
        with path.open("wb") as target:
            while chunk := file.read(_CHUNK):
                target.write(chunk)
        return _keep(submission, by, path)


@transaction.atomic
def _keep(submission: Submission, by: Any, path: Path) -> Review:
    try:
        check_quota(by, path.stat().st_size)
    except UploadRefused as refusal:
        raise RecordingRefused(str(refusal)) from refusal
    review.take(submission=submission, by=by)  # she may have been slow, and somebody else fast
    draft = (
        Review.objects.select_for_update(of=("self",))
        .select_related("recording")
        .get(submission=submission, reviewer=by)
    )
    earlier = draft.recording
    draft.recording = assets.adopt_file(path=path, owner=by, title=_title(by), purpose=Purpose.ANSWER)
    draft.save(update_fields=["recording", "changed_at"])
    if earlier:
        assets.discard(asset=earlier, by=by)
    return draft


def _title(by: Any) -> str:
    return _("What %(name)s says") % {"name": by}


@transaction.atomic
def forget(*, submission: Submission, by: Any) -> None:
    """Take the recording out of the draft of ``by``. Raises as ``review.take`` does."""
    draft = review.take(submission=submission, by=by)
    if draft.recording:
        assets.discard(asset=draft.recording, by=by)


def player_of(shown: Review | None) -> Player | None:
    """Return the player of what was recorded; None where nothing was, or it cannot be played (yet).

    The caller has decided that she may see the review.
    """
    if shown is None or shown.recording is None or not shown.recording.is_playable:
        return None
    return player_for(shown.recording, language=get_language() or "en")
