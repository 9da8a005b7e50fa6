"""What has to be done again and again so that nothing is lost: one table, whatever the engine.

Each chore is safe to run anywhere, at any time, by several workers at once. News that came by a signal and was lost
is made good here.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import Error

from media_pipeline import jobs
from revenue.tasks import release_suspense, take_up_payouts

logger = logging.getLogger(__name__)
MINUTE = 60
HOUR = 60 * MINUTE


@dataclass
class Chore:
    """Something to do every ``every`` seconds; first at once."""

    name: str
    do: Callable[[], object]
    every: float
    last: float = field(default=float("-inf"))

    def is_due(self, now: float) -> bool:
        return now - self.last >= self.every


def _forget_finished_tasks() -> None:
    """The queue keeps what it did; a fortnight of that is enough."""
    call_command("prune_db_task_results", "--backend=background", "--queue-name=*", "--min-age-days=14", verbosity=0)


def chores(*, keeps_results: bool) -> list[Chore]:
    """Return the chores of one worker; ``keeps_results`` says that its queue is a table of ours."""
    found = [
        Chore("take back the jobs of workers that are gone", jobs.sweep, 5),
        Chore("release money whose channel is confirmed", release_suspense.enqueue, 10 * MINUTE),
        Chore("finish payouts that were left in doubt", take_up_payouts.enqueue, 10 * MINUTE),
    ]
    if keeps_results:
        found.append(Chore("forget finished tasks", _forget_finished_tasks, 24 * HOUR))
    return found


def do_due(todo: list[Chore]) -> None:
    """Do what is due. A database that is away is logged and tried again; it stops nothing."""
    for chore in todo:
        now = time.monotonic()
        if not chore.is_due(now):
            continue
        chore.last = now
        try:
            chore.do()
        except Error:
            logger.exception("Could not %s; it is tried again.", chore.name)
