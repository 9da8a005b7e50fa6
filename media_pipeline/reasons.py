"""Why a video was refused, is incomplete or failed: a code for programs, a sentence for her.

Each sentence says what happened and what to do next. Codes are stored; sentences may be reworded.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Refused: the file itself; the same file will always get the same answer.
EMPTY = "empty"
TEXT = "text"
PLAYLIST = "playlist"
IMAGE = "image"
ARCHIVE = "archive"
NOT_A_VIDEO = "not_a_video"
AUDIO_ONLY = "audio_only"
UNREADABLE = "unreadable"
TOO_BIG = "too_big"
TOO_LONG = "too_long"
TOO_MANY_PIXELS = "too_many_pixels"
TOO_FAST = "too_fast"
# Incomplete: plays, but not to its end.
CUT_OFF = "cut_off"
# Failed: our side.
DISK_FULL = "disk_full"
STORAGE_AWAY = "storage_away"
STALLED = "stalled"
OUT_OF_TIME = "out_of_time"
WORKER_LOST = "worker_lost"
ENCODING = "encoding"
ORIGINAL_MISSING = "original_missing"
NO_FFMPEG = "no_ffmpeg"
CANCELLED = "cancelled"
# Taken away by the person who made it.
ERASED = "erased"

MESSAGES: Mapping[str, Promise] = {
    EMPTY: _("This file is empty. Please choose your video again; if it happens again, record it once more."),
    TEXT: _("This is a text file, not a video. Please choose the video itself from your phone's gallery."),
    PLAYLIST: _("This file only points to other files; there is no video in it. Please choose the video itself."),
    IMAGE: _("This is a picture, not a video. Please choose a video from your phone's gallery."),
    ARCHIVE: _("This is a packed file or a document. Please unpack it first and choose the video inside."),
    NOT_A_VIDEO: _(
        "We could not find a video in this file. Please choose a video that plays on your phone, for example an MP4."
    ),
    AUDIO_ONLY: _("This file has sound but no picture. Please choose a video."),
    UNREADABLE: _(
        "This video is damaged and we could not read it. Check that it plays on your phone, then send it again, "
        "or record it once more."
    ),
    TOO_BIG: _("This file is too big. Please make the video shorter, or record it in a lower quality, and try again."),
    TOO_LONG: _("This video is too long. Please cut it to the part that matters and send it again."),
    TOO_MANY_PIXELS: _("The picture of this video is larger than we can work with. Please record it in Full HD or 4K."),
    TOO_FAST: _(
        "This video has too many pictures in a second. Please record it without slow motion and send it again."
    ),
    CUT_OFF: _(
        "The end of this video is missing. You can watch the part that arrived. To show all of it, check that it plays "
        "to the end on your phone and send it again."
    ),
    DISK_FULL: _("We have run out of room for videos just now. Your video is safe, and we will try again."),
    STORAGE_AWAY: _("We cannot reach the place where videos are kept. Your video is safe, and we will try again."),
    STALLED: _("Preparing this video stopped halfway. Your video is safe; we have been told and will look at it."),
    OUT_OF_TIME: _("Preparing this video took too long. Your video is safe; we have been told and will look at it."),
    WORKER_LOST: _("Preparing this video was interrupted. Your video is safe; we have been told and will look at it."),
    ENCODING: _("We could not prepare this video. Your video is safe; we have been told and will look at it."),
    ORIGINAL_MISSING: _("We can no longer find this video. We are sorry. Please send it again."),
    NO_FFMPEG: _("Videos cannot be prepared on this site yet. Your video is safe; we have been told."),
    CANCELLED: _("Preparing this video was stopped by somebody who looks after this site. Your video is safe."),
    ERASED: _("The person who made this video has taken it away."),
}


class Refused(Exception):
    """The file will never become a video here. ``reason`` is a code of this module; ``detail`` is for the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    @property
    def message(self) -> str:
        """The sentence for her, in the language that is active."""
        return str(MESSAGES[self.reason])


class Failed(Exception):
    """Our side could not. ``retry`` says whether another attempt could end differently."""

    def __init__(self, reason: str, detail: str = "", *, retry: bool) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.retry = retry

    @property
    def message(self) -> str:
        """The sentence for her, in the language that is active."""
        return str(MESSAGES[self.reason])
