"""How hard a question is, and whether it tells apart who knows and who does not. Knows no Django."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEADY = 20  # below this many answers the second figure is chance
TELLS_APART, TELLS_LITTLE = 0.3, 0.1


@dataclass(frozen=True)
class Item:
    """A question by its first answers: ``difficulty`` is the share that is right, ``discrimination`` from -1 to 1."""

    answers: int
    difficulty: float | None
    discrimination: float | None


def analyse(sheets: Sequence[tuple[Sequence[bool], int]], questions: int) -> list[Item]:
    """Return an item for each of ``questions``. A sheet is (right or not for each question, how many people gave it).

    Discrimination is the corrected item-total correlation: of this question with the number of right answers to
    the others (Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986). None when there are too
    few answers, or when all are alike.
    """
    total = sum(people for _right, people in sheets)
    items = []
    for number in range(questions):
        right = sum(people for marks, people in sheets if marks[number])
        pairs = [(float(marks[number]), float(sum(marks) - marks[number]), people) for marks, people in sheets]
        steady = correlation(pairs) if total >= STEADY else None
        items.append(Item(total, right / total if total else None, steady))
    return items


def correlation(pairs: Sequence[tuple[float, float, int]]) -> float | None:
    """Return Pearson's correlation of (x, y, how often) triples; None when x or y is the same in all."""
    count = sum(times for _x, _y, times in pairs)
    if not count:
        return None
    mean_x = sum(x * times for x, _y, times in pairs) / count
    mean_y = sum(y * times for _x, y, times in pairs) / count
    both = sum((x - mean_x) * (y - mean_y) * times for x, y, times in pairs)
    spread_x = sum((x - mean_x) ** 2 * times for x, _y, times in pairs)
    spread_y = sum((y - mean_y) ** 2 * times for _x, y, times in pairs)
    return both / math.sqrt(spread_x * spread_y) if spread_x and spread_y else None
