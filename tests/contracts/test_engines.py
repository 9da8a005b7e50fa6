"""What every background engine does alike, run with real workers."""

import signal
import time

import pytest

from tests.contracts.conftest import kill_group, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worker(engine):
    return engine.start_worker()


def test_a_task_runs_after_the_commit_with_the_arguments_it_was_given(engine, worker):
    values = [1, "zwei", None, True, {"三": [1.5]}]
    assert engine.enqueue("note", "given", values=values)
    until(lambda: engine.lines("given"))
    assert engine.lines("given") == [{"values": values}]


def test_both_queues_are_served(engine, worker):
    engine.enqueue("note_media", "film")
    until(lambda: engine.lines("film"))


def test_a_rolled_back_transaction_enqueues_nothing(engine, worker):
    engine.enqueue("note", "never", then="roll back")
    engine.enqueue("note", "after")
    until(lambda: engine.lines("after"))
    assert engine.lines("never") == []


def test_each_task_runs_once(engine, worker):
    for number in range(20):
        engine.enqueue("note", "many", values=[number])
    until(lambda: len(engine.lines("many")) >= 20)
    assert sorted(line["values"][0] for line in engine.lines("many")) == list(range(20))


def test_a_failure_is_recorded_and_the_worker_goes_on(engine, worker):
    engine.enqueue("fail", "broken")
    engine.enqueue("note", "next")
    until(lambda: engine.lines("next"))
    until(lambda: "this task always fails" in engine.log)
    assert "tests.contracts.tasks.fail" in engine.log
    assert "state=FAILED" in engine.log


def test_work_whose_worker_was_killed_is_done_after_a_sweep_and_once(engine, worker):
    truth, tries = engine.folder / "film.truth", engine.folder / "film.tries"
    truth.write_text("waiting")
    engine.enqueue("do_work", "film")
    until(tries.exists)
    kill_group(worker, signal.SIGKILL)
    worker.wait(timeout=20)
    assert truth.read_text() == "waiting"

    engine.start_worker()
    engine.enqueue("do_work", "film")  # what the sweep does when it finds the row with a lease that ran out
    until(lambda: truth.read_text() == "done")
    engine.enqueue("do_work", "film")  # and a second sweep changes nothing
    engine.enqueue("note", "settled")
    until(lambda: engine.lines("settled"))
    time.sleep(0.3)
    assert len(tries.read_text().splitlines()) == 2
