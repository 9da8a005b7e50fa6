"""What is done again and again: due in time, and not stopped by a database that is away."""

import pytest
from django.db import OperationalError

from config import celery
from website import housekeeping
from website.housekeeping import Chore, chores, do_due


def test_a_chore_is_done_at_once_and_then_when_its_time_has_come():
    done = []
    chore = Chore("count", lambda: done.append(1), every=3600)

    do_due([chore])
    do_due([chore])
    assert done == [1]

    chore.last -= 3600
    do_due([chore])
    assert done == [1, 1]


@pytest.mark.parametrize("failure", [OperationalError("away"), ZeroDivisionError("ours")])
def test_a_chore_that_fails_does_not_stop_the_others(caplog, failure):
    def fail():
        raise failure

    done = []
    do_due([Chore("reach the database", fail, every=1), Chore("count", lambda: done.append(1), every=1)])

    assert done == [1]
    assert "Could not reach the database" in caplog.text


def test_on_celery_a_chore_remembers_when_it_was_done(monkeypatch):
    asked = []
    monkeypatch.setattr(housekeeping, "do_due", asked.append)
    celery.housekeeping()
    celery.housekeeping()
    assert asked[0] is asked[1]


def test_every_chore_runs_on_an_empty_site(db, caplog):
    do_due(chores(keeps_results=False))
    assert caplog.text == ""
