"""What is done again and again: due in time, and not stopped by a database that is away."""

from django.db import OperationalError

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


def test_a_database_that_is_away_does_not_stop_the_other_chores(caplog):
    def fail():
        raise OperationalError("away")

    done = []
    do_due([Chore("reach the database", fail, every=1), Chore("count", lambda: done.append(1), every=1)])

    assert done == [1]
    assert "Could not reach the database" in caplog.text


def test_every_chore_runs_on_an_empty_site(db, caplog):
    do_due(chores(keeps_results=False))
    assert caplog.text == ""
