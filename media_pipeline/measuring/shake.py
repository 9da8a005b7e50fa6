"""How the picture as a whole moves, from the mean light of its columns and lines. Knows no Django and no ffmpeg.

A camera that is carried well moves evenly; a hand that shakes changes its direction again and again. So it is not the
movement that is measured, but how much it changes from one tenth of a second to the next.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

A_SECOND = 10
WIDTH, HEIGHT = 160, 120  # columns and lines that are compared
_REACH = 8  # how far a picture may have moved in a tenth of a second and still be recognised
_PLAIN = (
    1.5  # steps of light by which the best shift must fit better than the worst, else there is nothing to hold on to
)
_STILL = 0.5  # and better than none, else it stands still


class Movement(NamedTuple):
    """By how many hundredths of its size the movement of the picture changed at this moment."""

    at_ms: int
    change: float


def movements(columns: bytes, lines: bytes, *, step_ms: float) -> list[Movement]:
    """Return the change of movement at every moment of two profiles that were sampled every ``step_ms``."""
    across, down = _shifts(columns, WIDTH), _shifts(lines, HEIGHT)
    found = []
    for number in range(1, min(len(across), len(down))):
        change_across = abs(across[number] - across[number - 1]) / WIDTH
        change_down = abs(down[number] - down[number - 1]) / HEIGHT
        found.append(Movement(round((number + 1) * step_ms), 100 * (change_across + change_down)))
    return found


def _shifts(profiles: bytes, length: int) -> list[float]:
    """How far each profile has moved against the one before."""
    count = len(profiles) // length
    each = [profiles[number * length : (number + 1) * length] for number in range(count)]
    return [_shift(before, after) for before, after in itertools.pairwise(each)]


def _shift(before: Sequence[int], after: Sequence[int]) -> float:
    """The shift at which two profiles fit best, between whole steps by a parabola; 0 where none fits clearly."""
    middle = before[_REACH:-_REACH]
    costs = [
        sum(abs(a - b) for a, b in zip(middle, after[_REACH + by :], strict=False)) / len(middle)
        for by in range(-_REACH, _REACH + 1)
    ]
    best = min(range(len(costs)), key=costs.__getitem__)
    is_clear = max(costs) - costs[best] >= _PLAIN and costs[_REACH] - costs[best] >= _STILL
    if not (is_clear and 0 < best < len(costs) - 1):
        return 0.0
    left, here, right = costs[best - 1 : best + 2]
    bend = left - 2 * here + right
    return best - _REACH + (0.5 * (left - right) / bend if bend else 0.0)
