"""Measure pictures while they are encoded: a few a second of the smallest rendition, which is made anyway.

Black, frozen and flat stretches are read from signalstats' numbers, so that blackdetect and freezedetect need not run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.measuring import measures, shake
from media_pipeline.measuring.measures import Row
from media_pipeline.measuring.shake import Movement

A_SECOND = 5
_ROWS, _COLUMNS, _LINES = "pictures.txt", "columns.gray", "lines.gray"
_MEASURING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("signalstats", {}),
    ("blurdetect", {}),
    ("cropdetect", {"limit": 24, "round": 2, "reset": 1}),
    ("scdet", {"threshold": 100}),
)


@dataclass(frozen=True)
class Pictures:
    """What was measured: ``rows`` about five times a second, ``movements`` ten times; sizes are those of a sample."""

    width: int
    height: int
    rows: list[Row] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


def missing(filters: Iterable[str]) -> list[str]:
    """Name the filters we would use and this ffmpeg does not have; what they measure is then left out."""
    return [name for name, _options in _MEASURING if name not in filters]


def outputs(stream: Any, *, rate: Fraction, filters: Iterable[str]) -> list[Any]:
    """Return ffmpeg outputs that write the measures of ``stream`` (pictures at ``rate``) into the working folder."""
    branches = stream.filter_multi_output("split", 3)
    known = set(filters)
    looked = branches[0].filter("select", f"not(mod(n,{_every(rate, A_SECOND)}))")
    for name, options in _MEASURING:
        looked = looked.filter(name, **options) if name in known else looked
    looked = looked.filter("metadata", "print", file=_ROWS)
    return [
        ffmpeg.output(looked, "-", format="null"),
        _profile(branches[1], _COLUMNS, rate, (shake.WIDTH, 1)),
        _profile(branches[2], _LINES, rate, (1, shake.HEIGHT)),
    ]


def read(folder: Path, *, rate: Fraction, size: tuple[int, int]) -> Pictures:
    """Read what was written and take it away."""
    rows = measures.read(folder / _ROWS)
    profiles = [_bytes(folder / name) for name in (_COLUMNS, _LINES)]
    for name in (_ROWS, _COLUMNS, _LINES):
        (folder / name).unlink(missing_ok=True)
    step_ms = float(_every(rate, shake.A_SECOND) / rate * 1000)
    return Pictures(*size, rows=rows, movements=shake.movements(*profiles, step_ms=step_ms))


def _every(rate: Fraction, a_second: int) -> int:
    return max(1, round(rate / a_second))


def _profile(stream: Any, name: str, rate: Fraction, size: tuple[int, int]) -> Any:
    """Write the mean light of each column or line of the picture: enough to see how the whole of it moves."""
    picked = stream.filter("select", f"not(mod(n,{_every(rate, shake.A_SECOND)}))")
    picked = picked.filter("scale", *size, flags="area").filter("format", pix_fmts="gray")
    return ffmpeg.output(picked, name, format="rawvideo", fps_mode="passthrough", **{"c:v": "rawvideo"})


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
