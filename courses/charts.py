"""Charts that the server draws: rows for a table, bars and a curve for SVG. Knows no database.

A count below five is hidden: it says too much about one person. Zero stays, because nobody is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

FEWEST = 5
WIDTH, HEIGHT = 600, 200  # of a curve's drawing, which is stretched to the page


def shown(count: int) -> int | None:
    """Return ``count``, or None when it is too small to be shown."""
    return None if 0 < count < FEWEST else count


def percent(part: int, whole: int) -> int | None:
    """Return the share in percent; None when either is hidden or there is nothing to share."""
    if not whole or shown(whole) is None or shown(part) is None:
        return None
    return round(100 * part / whole)


@dataclass(frozen=True)
class Row:
    """A line of a chart: ``cells`` stand in the table, ``percent`` is the bar. None is hidden."""

    label: str
    cells: Sequence[int | float | str | None]
    percent: int | None
    url: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether there is no bar to draw."""
        return self.percent is None


@dataclass(frozen=True)
class Chart:
    """A chart with the table behind it. ``key`` names its file; a curve's rows are points from left to right."""

    key: str
    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Row] = field(default_factory=list)
    is_curve: bool = False

    @property
    def has_figures(self) -> bool:
        """Whether anything may be shown."""
        return any(not row.is_hidden for row in self.rows)

    @property
    def line(self) -> str:
        """The curve as an SVG path; hidden points leave a gap."""
        step = WIDTH / max(1, len(self.rows) - 1)
        path, pen_is_down = [], False
        for number, row in enumerate(self.rows):
            if row.percent is not None:
                height = HEIGHT * (100 - row.percent) / 100
                path.append(f"{'L' if pen_is_down else 'M'}{number * step:.1f},{height:.1f}")
            pen_is_down = row.percent is not None
        return " ".join(path)

    @property
    def table(self) -> list[list[object]]:
        """The rows as a file has them, with the share last; a hidden figure is an empty cell."""
        head: list[object] = [*self.columns, "%"]
        blank = [["" if cell is None else cell for cell in (row.label, *row.cells, row.percent)] for row in self.rows]
        return [head, *blank]
