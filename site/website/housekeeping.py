"""What has to be done again and again so that nothing is lost: one table, whatever the engine.

Each chore is safe to run anywhere, at any time, by several workers at once. News that came by a signal and was lost
is made good here.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.management import call_command

from courses import cohorts, goal_notices, overdue, review
from courses.checking import nightly as link_check
from courses.exchange import arriving
from courses.recommending import nightly as recommending
from courses.tasks import send_mail_of_the_day
from media_pipeline import jobs, originals
from media_pipeline.captions import listening
from revenue.importing import runs
from revenue.proof import nightly
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
        Chore("send the answers that nobody took back", review.settle_due, 5),
        Chore("tell of days that come", cohorts.tell_what_comes, HOUR),
        Chore("tell of the goals of the week", goal_notices.tell_of_weeks, 10 * MINUTE),
        Chore("tell of videos that wait too long", overdue.tell_of_overdue, 10 * MINUTE),
        Chore("send what is new by e-mail, once a day", send_mail_of_the_day.enqueue, 5 * MINUTE),
        Chore("take back the videos that a lost worker listened to", listening.sweep, 10 * MINUTE),
        Chore("take up imports whose worker is gone", runs.sweep, MINUTE),
        Chore("take up courses that came as files, and forget old ones", arriving.sweep, 10 * MINUTE),
        Chore("delete the originals whose time has come", originals.delete_old, HOUR),
        Chore("release money whose channel is confirmed", release_suspense.enqueue, 10 * MINUTE),
        Chore("have the books proved every night", nightly.ask_if_due, 10 * MINUTE),
        Chore("try every night some links to other sites", link_check.ask_if_due, 10 * MINUTE),
        Chore("work out every night what could come next", recommending.ask_if_due, 10 * MINUTE),
        Chore("finish payouts that were left in doubt", take_up_payouts.enqueue, 10 * MINUTE),
    ]
    if keeps_results:
        found.append(Chore("forget finished tasks", _forget_finished_tasks, 24 * HOUR))
    return found


def do_due(todo: list[Chore]) -> None:
    """Do what is due. What fails is logged and tried again, be it a database that is away; it stops no other chore."""
    for chore in todo:
        now = time.monotonic()
        if not chore.is_due(now):
            continue
        chore.last = now
        try:
            chore.do()
        except Exception:  # the worker lives by this loop
            logger.exception("Could not %s; it is tried again.", chore.name)
