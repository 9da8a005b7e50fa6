"""Read what ffmpeg's ``metadata=print`` and ``ametadata=print`` write: a row of finite numbers for a moment.

Knows no Django. Keys lose their ``lavfi.`` and keep the rest, for example ``r128.M`` or ``signalstats.YAVG``.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, float]
AT = "at_ms"
_FRAME = re.compile(r"frame:\d+ +pts:\S+ +pts_time:([\d.]+)")


def read(path: Path) -> list[Row]:
    """Return the rows of a file in order, each with its moment as ``at_ms``; none when there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", errors="replace") as lines:
        return list(_rows(lines))


def _rows(lines: Iterator[str]) -> Iterator[Row]:
    row: Row | None = None
    for line in lines:
        if frame := _FRAME.match(line):
            if row is not None:
                yield row
            row = {AT: round(float(frame[1]) * 1000)}
        elif row is not None and line.startswith("lavfi."):
            key, _equals, value = line.strip().removeprefix("lavfi.").partition("=")
            number = _number(value)
            if math.isfinite(number):
                row[key] = number
    if row is not None:
        yield row


def _number(text: str) -> float:
    """Read a number; of a line that was cut off, or of words, none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
