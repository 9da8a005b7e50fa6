"""What was asked for, against what a video is: its length and how the phone was held. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_pipeline.shot_check import advice
from media_pipeline.shot_check.advice import Advice

PORTRAIT, LANDSCAPE = "portrait", "landscape"
_GRACE_MS = 1000  # what a phone adds or leaves out around what she meant


@dataclass(frozen=True)
class Wish:
    """Lengths in seconds; ``shape`` is PORTRAIT, LANDSCAPE or empty where either is right."""

    shortest: int
    longest: int
    shape: str = ""

    def length_fault(self, duration_ms: int) -> str:
        """Return TOO_SHORT, TOO_LONG or nothing."""
        if duration_ms < self.shortest * 1000 - _GRACE_MS:
            return advice.TOO_SHORT
        return advice.TOO_LONG if duration_ms > self.longest * 1000 + _GRACE_MS else ""

    def advice(self, *, duration_ms: int, width: int, height: int) -> Iterator[Advice]:
        """Say what is other than asked for; a square picture is neither upright nor lying."""
        if fault := self.length_fault(duration_ms):
            yield Advice(fault, 0, duration_ms, duration_ms / 1000, is_whole=True)
        if (self.shape == PORTRAIT and width > height) or (self.shape == LANDSCAPE and width < height):
            turned = advice.LYING if width > height else advice.UPRIGHT
            yield Advice(turned, 0, duration_ms, width / height, is_whole=True)
