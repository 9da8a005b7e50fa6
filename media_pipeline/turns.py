"""Whose video is prepared next: arithmetic only, knows no Django.

Each job gets its turn, a moment, when it is made; whoever is free takes the earliest. The rule is VirtualClock
(L. Zhang, SIGCOMM 1990): a person's next turn lies one cost after her last one that is still unfinished, and never in
the past. So somebody's first video goes before another's second, a short one before a long one that came shortly
before, and nobody can be passed for longer than the cost of her own video.
"""

from datetime import datetime, timedelta

EACH = timedelta(minutes=5)
BYTES_A_SECOND = 1_000_000  # length is not known before a file is probed; its size is


def cost(size_bytes: int) -> timedelta:
    """How far a video of ``size_bytes`` moves its owner back in the line."""
    return EACH + timedelta(seconds=size_bytes / BYTES_A_SECOND)


def turn(*, now: datetime, last: datetime | None, size_bytes: int) -> datetime:
    """The turn of a new video; ``last`` is the latest turn of its owner's unfinished ones."""
    return max(now, last or now) + cost(size_bytes)
