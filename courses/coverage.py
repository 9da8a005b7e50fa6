"""Which parts of a video were played, as a set of sixty equal cells in one integer. Knows no Django.

Sets of cells join with ``|``. Joining is the same in any order and any number of times, which is what
makes a replayed or reordered report harmless.
"""

from collections.abc import Iterable

CELLS = 60
FULL = (1 << CELLS) - 1
ENOUGH = 54  # nine tenths played
ENOUGH_AT_THE_END = 40  # or two thirds, and the end was reached
FASTEST = 2  # the highest speed of the player
SLACK_MS = 5_000  # clocks differ a little, and a report travels

Range = tuple[int, int]


def cells_of(ranges: Iterable[Range], duration_ms: int) -> int:
    """Return the cells of which at least half was played. ``ranges`` are milliseconds ``[from, to)``.

    Ranges are joined and cut to the video first. A video without a length has no cells.
    """
    if duration_ms <= 0:
        return 0
    played = join(ranges, duration_ms)
    cells = 0
    for number in range(CELLS):
        start, stop = number * duration_ms / CELLS, (number + 1) * duration_ms / CELLS
        covered = sum(max(0, min(stop, to) - max(start, since)) for since, to in played)
        if covered * 2 >= stop - start:
            cells |= 1 << number
    return cells


def join(ranges: Iterable[Range], duration_ms: int) -> list[Range]:
    """Return ``ranges`` cut to the video, in order, without overlaps."""
    joined: list[Range] = []
    for since, to in sorted((max(0, since), min(to, duration_ms)) for since, to in ranges):
        if to <= since:
            continue
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], to))
        else:
            joined.append((since, to))
    return joined


def within(ranges: Iterable[Range], budget_ms: int, duration_ms: int) -> list[Range]:
    """Return as much of ``ranges``, from the first on, as fits into ``budget_ms`` of play."""
    kept: list[Range] = []
    for since, to in join(ranges, duration_ms):
        length = min(to - since, budget_ms)
        if length > 0:
            kept.append((since, since + length))
        budget_ms -= length
    return kept


def budget_ms(elapsed_ms: int) -> int:
    """Return how much can have been played while ``elapsed_ms`` went by on the server's clock."""
    return max(0, elapsed_ms) * FASTEST + SLACK_MS


def is_complete(cells: int, end_reached: bool) -> bool:
    """Say whether so much was played that the video counts as watched."""
    played = cells.bit_count()
    return played >= ENOUGH or (end_reached and played >= ENOUGH_AT_THE_END)


def percent(cells: int) -> int:
    """Return how much was played, 0 to 100."""
    return cells.bit_count() * 100 // CELLS
