"""Which parts of a video were played, as a set of sixty equal cells in one integer. Knows no Django.

Sets of cells join with ``|``, and times by the least and the greatest. Joining is the same in any order and any
number of times, which is what makes a replayed or reordered report harmless; what counts as played is worked out
from what was joined, never from the way it came.
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
    covered = [0] * CELLS  # in sixtieths of a millisecond, so that every figure is whole
    for since, to in join(ranges, duration_ms):
        for number in range(since * CELLS // duration_ms, -(-to * CELLS // duration_ms)):
            start, stop = number * duration_ms, (number + 1) * duration_ms
            covered[number] += min(stop, to * CELLS) - max(start, since * CELLS)
    return sum(1 << number for number, part in enumerate(covered) if part * 2 >= duration_ms)


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
    """Return how much can have been played while ``elapsed_ms`` went by on the clock."""
    return max(0, elapsed_ms) * FASTEST + SLACK_MS


def counted(cells: int, *, elapsed_ms: int, duration_ms: int, done: bool = False) -> int:
    """Return how many of ``cells`` count: no more than can have been played in ``elapsed_ms``; all once it is done."""
    if done:
        return CELLS
    if duration_ms <= 0:
        return 0
    return min(cells.bit_count(), CELLS * budget_ms(elapsed_ms) // duration_ms)


def is_complete(cells: int, end_reached: bool, *, elapsed_ms: int, duration_ms: int) -> bool:
    """Say whether so much was played that the video counts as watched."""
    played = counted(cells, elapsed_ms=elapsed_ms, duration_ms=duration_ms)
    return played >= ENOUGH or (end_reached and played >= ENOUGH_AT_THE_END)


def percent(played: int) -> int:
    """Return the share of ``played`` cells, 0 to 100."""
    return played * 100 // CELLS
