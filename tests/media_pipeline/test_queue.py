"""Many workers at one queue: each job goes to one of them, in the order of turns, and no more than fit the cores."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from media_pipeline import assets, encoders, jobs, queue
from media_pipeline.models import Job
from tests.factories.accounts import UserFactory
from tests.factories.media_pipeline import AssetFactory, JobFactory


def arrive(owner, *, megabytes=20):
    """A video of ``owner`` that has just arrived, with its job."""
    asset = AssetFactory.build(arriving=True, owner=owner, size_bytes=megabytes * 1_000_000, collection_id=1)
    return assets.receive(asset=asset, by=owner)


def claimed():
    """The owners of everything that waits, in the order in which workers take it."""
    order = []
    while job := queue.claim():
        order.append(job.asset.owner)
    return order


def test_the_first_video_of_another_goes_before_her_second(db):
    amal, bea = UserFactory(), UserFactory()
    for _number in range(10):
        arrive(amal)
    arrive(bea)
    assert claimed()[:3] == [amal, bea, amal]


def test_a_short_video_goes_before_a_long_one_that_came_just_before(db):
    amal, bea = UserFactory(), UserFactory()
    arrive(amal, megabytes=900)
    arrive(bea)
    assert claimed() == [bea, amal]


def test_videos_that_nobody_owns_do_not_wait_for_each_other(db):
    turns = [arrive(None).turn_at for _number in range(3)]
    assert max(turns) - min(turns) < timedelta(minutes=1)


def test_a_video_waits_while_there_is_no_room_for_what_becomes_of_it(db, learner, monkeypatch):
    job = arrive(learner, megabytes=400)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=700_000_000))
    assert not jobs.prepare_next()
    small = arrive(UserFactory())
    assert queue.claim() == small
    job.refresh_from_db()
    assert (job.state, job.tries_left, job.reason) == ("waiting", 3, "")
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=900_000_000))
    assert queue.claim() == job


def test_taking_a_job_asks_one_indexed_question(db, django_assert_num_queries):
    JobFactory.create_batch(3)
    Job.objects.update(state="done")
    with django_assert_num_queries(3):  # begin, the question, and its end
        assert queue.claim() is None
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
    assert "job_line" in Job.objects.waiting(timezone.now())[:1].explain()


def at_once(call, times):
    """Call from ``times`` threads together; return the results."""
    barrier, results = threading.Barrier(times), []

    def run():
        try:
            barrier.wait()
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == times
    return results


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_take_six_jobs_once_each():
    waiting = {job.pk for job in JobFactory.create_batch(6)}
    taken = [job.pk for job in at_once(queue.claim, 12) if job]
    assert sorted(taken) == sorted(waiting)
    assert set(Job.objects.values_list("state", "attempts")) == {("running", 1)}


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_at_once_take_a_lost_job_back_once():
    JobFactory()
    queue.claim()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sum(at_once(jobs.sweep, 6)) == 1
    assert Job.objects.get().tries_left == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_stopped_while_it_is_taken_ends_stopped(administrator):
    job = JobFactory()
    at_once(lambda: queue.claim() or queue.cancel(job_id=job.pk, by=administrator), 4)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.lease is None


def test_no_more_videos_are_prepared_at_once_than_there_are_places(db, learner, settings):
    settings.MEDIA_PIPELINE_ENCODERS = 2
    arrive(learner)
    with encoders.place() as first, encoders.place() as second:
        assert (first, second) == (True, True)
        assert not jobs.prepare_next()
        assert Job.objects.get().attempts == 0
    with encoders.place() as again:
        assert again


def test_the_places_fit_the_cores(settings, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    settings.MEDIA_PIPELINE_ENCODERS = 0
    assert encoders.places() == 4
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
    assert encoders.places() == 1


HOLD = """
import os, sys, django
django.setup()
from django.conf import settings
settings.MEDIA_PIPELINE_ROOT, settings.MEDIA_PIPELINE_ENCODERS = sys.argv[1], 1
from media_pipeline import encoders
with encoders.place() as place:
    print(place, flush=True)
    sys.stdin.read()
"""


def test_a_killed_worker_gives_its_place_back(settings, media_root):
    settings.MEDIA_PIPELINE_ENCODERS = 1
    environment = os.environ | {"PYTHONPATH": "site:.", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    worker = subprocess.Popen(
        [sys.executable, "-c", HOLD, media_root],
        cwd=settings.BASE_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with worker:
        assert worker.stdout.readline() == b"True\n"
        with encoders.place() as taken:
            assert not taken
        worker.kill()
        worker.wait()
        with encoders.place() as free:
            assert free


def test_whoever_has_finished_tells_the_queue_of_the_next(db, learner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as calls:
        queue.pass_on()
    assert not calls
    arrive(learner)
    with django_capture_on_commit_callbacks() as calls:
        queue.pass_on()
    assert len(calls) == 1
