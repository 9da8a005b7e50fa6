"""Captions by a machine that listens: faster-whisper in a process of its own, where a model is installed.

Knows no database. ``make captions`` installs what it needs; without that there are no languages to listen to.
"""

import importlib.util
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from media_pipeline.captions.webvtt import BadCaptions, Cue
from media_pipeline.programs.running import Limits, Unwatched, Watch, run

CHILD = Path(__file__).with_name("speech_child.py")
# Two lines of 42 letters and six seconds: the BBC's Subtitle Guidelines. A Chinese character is as wide as two letters.
WIDEST = 84
LONGEST_MS = 6000
PAUSE_MS = 1000
_ENDS = tuple(".!?。！？…؟।")
_LEAST_BEFORE_END = 30


class Word(NamedTuple):
    """A word as it was heard, with the space before it where the language writes one."""

    start_ms: int
    end_ms: int
    text: str


def models() -> dict[str, Path]:
    """The folder of the model by language (BCP 47), for the languages that can be listened to here."""
    if importlib.util.find_spec("faster_whisper") is None:
        return {}
    return {language: path for language, path in settings.MEDIA_PIPELINE_SPEECH_MODELS.items() if path.is_dir()}


@dataclass(frozen=True)
class Heard:
    """What a machine hears in the file at ``path``. ``watch`` is told how far it is, and may stop it."""

    path: Path
    seconds: float
    watch: Watch = field(default_factory=Unwatched)
    machine_made = True

    def cues(self, language: str) -> list[Cue]:
        """Listen. Raises BadCaptions where nothing is said, KeyError without a model, TimedOut or Hung."""
        model = models()[language]
        spoken = language.partition("-")[0]
        command = [sys.executable, "-I", CHILD, model.resolve(), self.path.resolve(), spoken]
        limits = Limits(seconds=300 + 10 * self.seconds, memory=6_000_000_000, stall=300, nice=15)
        outcome = run(command, limits=limits, watch=self.watch)
        if outcome.status != 0:
            raise BadCaptions(outcome.stderr[-500:])
        words = [Word(*json.loads(line)) for line in outcome.stdout.splitlines() if line.startswith(b"[")]
        if found := list(cues_of(words)):
            return found
        raise BadCaptions(_("No words were heard in this video."))


def cues_of(words: Iterable[Word]) -> Iterator[Cue]:
    """Group words into captions that can be read: by their width, their length, pauses and ends of sentences."""
    run_of: list[Word] = []
    for word in words:
        if run_of and _is_full(run_of, word):
            yield from _cue(run_of)
            run_of = []
        run_of.append(word)
    yield from _cue(run_of)


def _is_full(before: Sequence[Word], word: Word) -> bool:
    text = "".join(each.text for each in before)
    return (
        _width(text + word.text) > WIDEST
        or word.end_ms - before[0].start_ms > LONGEST_MS
        or word.start_ms - before[-1].end_ms > PAUSE_MS
        or (text.endswith(_ENDS) and _width(text) >= _LEAST_BEFORE_END)
    )


def _cue(words: Sequence[Word]) -> Iterator[Cue]:
    text = "".join(word.text for word in words).strip()
    if text:
        yield Cue(words[0].start_ms, max(words[-1].end_ms, words[0].start_ms + 1), text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
