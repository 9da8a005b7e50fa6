"""How long a video waits for its answer: how many come before it, and what it took lately."""

import statistics
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from courses.models import Submission

LATELY = 20  # answers
FEWEST = 5  # of which something usual can be said
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wait:
    """``ahead`` videos of the shelf wait longer; lately half of the answers came within ``days``, None for too few.

    ``promised`` are the days within which an answer is promised, None where nothing is or it would not be honest.
    """

    ahead: int
    days: int | None
    promised: int | None


def promised() -> timedelta | None:
    """Return the time within which an instructor answers, as this site promises; None where it promises nothing."""
    return timedelta(days=settings.REVIEW_PROMISED_DAYS) if settings.REVIEW_PROMISED_DAYS > 0 else None


def wait_of(submission: Submission) -> Wait:
    """Return how long ``submission`` may wait: two queries."""
    of_shelf = Submission.objects.filter(shelf=submission.shelf_id)
    answered = of_shelf.filter(decided_at__isnull=False).order_by("-decided_at").values_list("sent_at", "decided_at")
    took = [decided - sent for sent, decided in answered[:LATELY]]
    days = max(1, -(-statistics.median_high(took) // DAY)) if len(took) >= FEWEST else None
    ahead = of_shelf.waiting().filter(sent_at__lt=submission.sent_at).count()
    return Wait(ahead, days, _promised_to(submission, days))


def _promised_to(submission: Submission, days: int | None) -> int | None:
    """Return the days that are promised, unless this video has waited longer already or answers lately took longer."""
    promise = promised()
    if promise is None or timezone.now() - submission.sent_at > promise or (days or 0) > promise.days:
        return None
    return promise.days
