"""WebVTT and SRT: reading what somebody sent, and keeping only what is safe and right of it. Knows no database.

Format: https://www.w3.org/TR/webvtt1/
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

MAX_BYTES = 1_000_000
MAX_CUES = 10_000
_TIMING = re.compile(
    r"^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})[ \t]+-->[ \t]+(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
)
MAX_LETTERS = 500  # of one caption
_TAG = re.compile(r"</?(?:[a-zA-Z]|\d)[^<>]*>|\{\\[^{}]*\}")  # of WebVTT, and of SRT's cousins ({\an8})
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class BadCaptions(ValueError):
    """The text is no WebVTT that we can use; the message says what is wrong, for the person who sent it."""


@dataclass(frozen=True)
class Cue:
    """Plain words shown from ``start_ms`` to ``end_ms``."""

    start_ms: int
    end_ms: int
    text: str


def _ms(hours: str | None, minutes: str, seconds: str, millis: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(millis)


def timestamp(ms: int) -> str:
    """Write a moment as WebVTT does: ``00:01:02.500``."""
    seconds, millis = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{millis:03}"


def plain(text: str) -> str:
    """Return the words of ``text`` without markup, control characters and empty lines."""
    words = _CONTROLS.sub("", html.unescape(_TAG.sub("", text)))
    return "\n".join(line.strip() for line in words.splitlines() if line.strip())


def parse(raw: bytes) -> list[Cue]:
    """Read WebVTT or SRT as UTF-8. Raises BadCaptions with a sentence for the person who sent it."""
    if len(raw) > MAX_BYTES:
        raise BadCaptions(_("This caption file is too big. A caption file is plain text and smaller than 1 MB."))
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BadCaptions(_("This caption file is not plain text in UTF-8. Please save it as UTF-8.")) from error
    if "\0" in text:
        raise BadCaptions(_("This caption file is not plain text in UTF-8. Please save it as UTF-8."))
    cues = [cue for block in re.split(r"\n{2,}", text) if (cue := _cue(block.split("\n"))) is not None]
    if not cues:
        raise BadCaptions(_("There are no captions in this file. Please send a WebVTT file (.vtt) or an SRT file."))
    if len(cues) > MAX_CUES:
        raise BadCaptions(_("There are too many captions in this file."))
    return sorted(cues, key=lambda cue: cue.start_ms)


def _cue(lines: list[str]) -> Cue | None:
    for number, line in enumerate(lines):
        if match := _TIMING.match(line.strip()):
            start, end = _ms(*match.groups()[:4]), _ms(*match.groups()[4:])
            if end <= start:
                raise BadCaptions(_("The caption at %(moment)s ends before it begins.") % {"moment": timestamp(start)})
            text = plain("\n".join(lines[number + 1 :]))
            if len(text) > MAX_LETTERS:
                raise BadCaptions(_("The caption at %(moment)s is too long.") % {"moment": timestamp(start)})
            return Cue(start, end, text) if text else None
        if "-->" in line:
            raise BadCaptions(_("We cannot read the time in this line: %(line)s") % {"line": line.strip()[:80]})
    return None


def compose(cues: Iterable[Cue]) -> str:
    """Write cues as WebVTT; :func:`parse` reads the same cues from it."""
    blocks = [
        f"{timestamp(cue.start_ms)} --> {timestamp(cue.end_ms)}\n{html.escape(cue.text, quote=False)}" for cue in cues
    ]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"
