"""Jobs are rows: claimed once, kept alive, given back, tried again, and done once however often a message comes."""

import os
import signal
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from media_pipeline import assets, jobs, preparation, queue, reasons
from media_pipeline.models import Asset, Job
from media_pipeline.reasons import Failed
from media_pipeline.signals import asset_changed
from media_pipeline.states import MoveNotAllowed
from media_pipeline.tasks import process_job
from tests.factories.media_pipeline import AssetFactory, JobFactory
from tests.media_pipeline.conftest import encoders_of, wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def received(db, clips, learner):
    """A video that has just arrived, with its file and its job."""
    return assets.adopt_file(path=clips.plain(), owner=learner, title="Breakfast", purpose="submission")


@pytest.fixture
def news():
    """The states that were announced, in order."""
    heard = []

    def hear(sender, asset_id, state, **_more):
        heard.append(state)

    asset_changed.connect(hear)
    yield heard
    asset_changed.disconnect(hear)


def files_of(media_root):
    return sorted(str(path.relative_to(media_root)) for path in media_root.rglob("*") if path.is_file())


def test_a_video_is_prepared_and_each_step_is_announced(received, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        process_job.func(str(received.jobs.get().pk))
    received.refresh_from_db()
    job = received.jobs.get()
    assert (received.state, received.percent, job.state) == ("ready", 100, "done")
    assert received.is_playable
    assert {each.code for each in received.advice} == {"small"}
    assert len(received.sha256) == 64
    assert news == ["checking", "preparing", "ready"]


def test_running_what_waits_does_everything_once(received, clips, learner):
    assets.adopt_file(path=clips.silent(), owner=learner, title="Lunch")
    assert jobs.run_waiting() == 2
    assert jobs.run_waiting() == 0
    assert set(Asset.objects.values_list("state", flat=True)) == {"ready"}


def test_a_message_that_comes_twice_is_harmless(received, media_root):
    job = received.jobs.get()
    jobs.process(job.pk)
    before = files_of(media_root)
    jobs.process(job.pk)
    jobs.process(uuid.uuid4())
    assert files_of(media_root) == before
    assert Job.objects.get().attempts == 1


def test_a_job_can_be_claimed_only_once(received):
    job = received.jobs.get()
    assert queue.claim(job.pk) is not None
    assert queue.claim(job.pk) is None


def test_the_database_refuses_a_second_unfinished_job_and_one_running_without_a_lease(db):
    job = JobFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(asset=job.asset)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="running")
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetFactory(state="ready", outputs="")


def test_a_refused_file_is_never_tried_again(db, tmp_path, learner, media_root):
    path = tmp_path / "video.mp4"
    path.write_text("#EXTM3U\n/etc/passwd\n")
    asset = assets.adopt_file(path=path, owner=learner, title="Trick")
    jobs.run_waiting()
    asset.refresh_from_db()
    assert (asset.state, asset.reason) == ("refused", reasons.PLAYLIST)
    assert "points to other files" in asset.message
    assert jobs.run_waiting() == 0
    assert files_of(media_root) == [f"originals/{asset.pk}/source"]


def test_a_cut_off_video_can_be_watched_and_says_so(db, clips, tmp_path, learner):
    whole = clips.plain().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    asset = assets.adopt_file(path=path, owner=learner, title="Half")
    jobs.run_waiting()
    asset.refresh_from_db()
    assert (asset.state, asset.reason, asset.is_playable) == ("incomplete", reasons.CUT_OFF, True)


def _fail(monkeypatch, **failure):
    def prepare(*_arguments, **_options):
        raise Failed(reasons.DISK_FULL, "No space left", **failure)

    monkeypatch.setattr(jobs, "prepare", prepare)


def test_our_own_trouble_is_tried_three_times_with_growing_pauses(received, monkeypatch):
    _fail(monkeypatch, retry=True)
    pauses = []
    for _attempt in range(5):
        jobs.process(received.jobs.get().pk)
        job = received.jobs.get()
        if job.state == "waiting":
            pauses.append(job.run_after - timezone.now())
            Job.objects.update(run_after=timezone.now())
    assert (job.state, job.attempts, job.reason) == ("failed", 3, reasons.DISK_FULL)
    assert pauses[0] < pauses[1]
    received.refresh_from_db()
    assert (received.state, received.reason) == ("failed", reasons.DISK_FULL)


def test_a_failure_that_would_repeat_itself_is_not_tried_again(received, monkeypatch):
    _fail(monkeypatch, retry=False)
    jobs.process(received.jobs.get().pk)
    assert received.jobs.get().state == "failed"
    assert jobs.run_waiting() == 0


def test_an_operator_can_start_a_failed_job_again(received, administrator, monkeypatch):
    with monkeypatch.context() as broken:
        _fail(broken, retry=False)
        jobs.process(received.jobs.get().pk)
    assert jobs.retry(job_id=received.jobs.get().pk, by=administrator)
    assert not jobs.retry(job_id=received.jobs.get().pk, by=administrator)
    jobs.run_waiting()
    received.refresh_from_db()
    assert received.state == "ready"
    assert ModelLogEntry.objects.filter(action="media_pipeline.retry", user=administrator).count() == 1


def test_an_operator_can_stop_a_waiting_job_and_no_running_one(received, administrator):
    job = received.jobs.get()
    assert jobs.cancel(job_id=job.pk, by=administrator)
    received.refresh_from_db()
    assert received.state == "failed"
    assert jobs.retry(job_id=job.pk, by=administrator)
    queue.claim(job.pk)
    assert not jobs.cancel(job_id=job.pk, by=administrator)


def test_a_missing_original_is_said_not_hidden(received, media_root):
    (media_root / received.original_key).unlink()
    jobs.run_waiting()
    received.refresh_from_db()
    assert (received.state, received.reason) == ("failed", reasons.ORIGINAL_MISSING)


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_untouched(received, monkeypatch, media_root):
    really = preparation.prepare

    def asked_to_stop(path, folder, *, watch):
        os.kill(os.getpid(), signal.SIGTERM)
        return really(path, folder, watch=watch)

    monkeypatch.setattr(jobs, "prepare", asked_to_stop)
    passed_on = []
    monkeypatch.setattr(signal, "raise_signal", passed_on.append)
    jobs.process(received.jobs.get().pk)
    job = received.jobs.get()
    assert (job.state, job.attempts, job.tries_left) == ("waiting", 1, 3)
    assert passed_on == [signal.SIGTERM]
    received.refresh_from_db()
    assert received.state == "received"
    assert files_of(media_root) == [f"originals/{received.pk}/source"]
    monkeypatch.undo()
    jobs.run_waiting()
    received.refresh_from_db()
    assert received.outputs.endswith("/2")


def test_a_worker_that_lost_its_lease_writes_nothing(received, monkeypatch, media_root):
    really = preparation.prepare

    def taken_meanwhile(path, folder, *, watch):
        prepared = really(path, folder, watch=watch)
        Job.objects.update(lease=uuid.uuid4())
        return prepared

    monkeypatch.setattr(jobs, "prepare", taken_meanwhile)
    jobs.process(received.jobs.get().pk)
    received.refresh_from_db()
    assert received.state == "preparing"
    assert not received.outputs
    assert files_of(media_root) == [f"originals/{received.pk}/source"]


def test_a_lease_that_ran_out_is_taken_back_and_a_living_one_is_not(received):
    job = queue.claim(received.jobs.get().pk)
    assert jobs.sweep() == 0
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    with pytest.raises(queue.LeaseLost):
        queue.beat(job, 50)
    row = received.jobs.get()
    assert (row.state, row.tries_left, row.reason) == ("waiting", 2, reasons.WORKER_LOST)


def test_a_job_that_kills_its_worker_each_time_is_given_up(received):
    for _attempt in range(3):
        Job.objects.update(run_after=timezone.now())
        assert queue.claim(received.jobs.get().pk)
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.sweep()
    received.refresh_from_db()
    assert (received.state, received.reason) == ("failed", reasons.WORKER_LOST)


def test_a_forgotten_job_is_brought_to_mind_but_not_every_minute(received, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as calls:
        jobs.sweep()
    assert not calls
    Job.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    with django_capture_on_commit_callbacks() as calls:
        jobs.sweep()
    assert len(calls) == 1


def test_a_state_that_does_not_follow_is_refused(received):
    with pytest.raises(MoveNotAllowed):
        received.move_to("ready", outputs="outputs/x/1")


WORKER = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.conf import settings
from pathlib import Path
settings.MEDIA_PIPELINE_ROOT = Path(sys.argv[2])
settings.MEDIA_PIPELINE_PRESET = "veryslow"
from media_pipeline import jobs
jobs.run_waiting()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(clips, learner, media_root):
    """A real second process is killed with SIGKILL while ffmpeg runs; a sweep and another worker finish the job."""
    clip = clips.make("long.mp4", size="1280x720", seconds="8", sound=False)
    asset = assets.adopt_file(path=clip, owner=learner, title="Supper")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
    }
    command = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), media_root]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as worker:
        try:
            wait_for(lambda: Asset.objects.get().state == "preparing" and encoders_of(worker.pid))
        finally:
            worker.kill()
    asset.refresh_from_db()
    assert asset.state == "preparing"

    assert jobs.sweep() == 1  # the process is gone from this machine, so nobody waits for the lease to run out
    Job.objects.update(run_after=timezone.now())
    assert jobs.run_waiting() == 1
    asset.refresh_from_db()
    job = Job.objects.get()
    assert (asset.state, job.state, job.attempts) == ("ready", "done", 2)
    assert sorted(path.name for path in (media_root / "outputs" / str(asset.pk)).iterdir()) == ["2"]
    assert not list(media_root.glob("work/*"))
