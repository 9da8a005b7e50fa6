"""How long a video waits for its answer: how many come before it, and what it took lately."""

import statistics
from dataclasses import dataclass
from datetime import timedelta

from courses.models import Submission

LATELY = 20  # answers
FEWEST = 5  # of which something usual can be said
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wait:
    """``ahead`` videos of the shelf wait longer; lately half of the answers came within ``days``, None for too few."""

    ahead: int
    days: int | None


def wait_of(submission: Submission) -> Wait:
    """Return how long ``submission`` may wait: two queries."""
    of_shelf = Submission.objects.filter(shelf=submission.shelf_id)
    answered = of_shelf.filter(decided_at__isnull=False).order_by("-decided_at").values_list("sent_at", "decided_at")
    took = [decided - sent for sent, decided in answered[:LATELY]]
    days = max(1, -(-statistics.median_high(took) // DAY)) if len(took) >= FEWEST else None
    return Wait(of_shelf.waiting().filter(sent_at__lt=submission.sent_at).count(), days)
