"""A worker that stops, hangs, loses its lease or is killed: its job is done by another, once, and nothing is left."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from media_pipeline import assets, jobs, preparation, queue, reasons
from media_pipeline.models import Asset, Job
from tests.media_pipeline.conftest import QUICK, command_of, encoders_of, files_of, runs, wait_for

ROOT = Path(__file__).resolve().parents[2]


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_untouched(received, monkeypatch, media_root):
    really = preparation.prepare

    def asked_to_stop(path, folder, **options):
        os.kill(os.getpid(), signal.SIGTERM)
        return really(path, folder, **options)

    monkeypatch.setattr(jobs, "prepare", asked_to_stop)
    passed_on = []
    monkeypatch.setattr(signal, "raise_signal", passed_on.append)
    jobs.prepare_next()
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


def test_a_worker_that_lost_its_lease_leaves_nothing(
    received, monkeypatch, media_root, django_capture_on_commit_callbacks, prepared_at_once
):
    really = jobs.prepare

    def taken_meanwhile(path, folder, **options):
        prepared = really(path, folder, **options)
        Job.objects.update(lease=uuid.uuid4())
        return prepared

    monkeypatch.setattr(jobs, "prepare", taken_meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.prepare_next()
    received.refresh_from_db()
    assert received.state == "preparing"
    assert not received.outputs
    assert files_of(media_root) == [f"originals/{received.pk}/source"]


def test_a_lease_that_ran_out_is_taken_back_and_a_living_one_is_not(received):
    job = queue.claim()
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
        assert queue.claim()
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.sweep()
    received.refresh_from_db()
    assert (received.state, received.reason) == ("failed", reasons.WORKER_LOST)


def test_an_encoder_that_hangs_is_killed_and_its_job_done_again(received, settings, clips, media_root):
    """ffmpeg itself is stopped with SIGSTOP: it lives, holds its files, and does nothing."""
    settings.MEDIA_PIPELINE_STALL_SECONDS = 2
    hung = []

    def stop_the_encoder():
        (pid,) = wait_for(lambda: [pid for pid in encoders_of(os.getpid()) if b"-filter_complex" in command_of(pid)])
        os.kill(pid, signal.SIGSTOP)
        hung.append(pid)

    long_clip = clips.make("long.mp4", size="1280x720", seconds="8", sound=False)
    shutil.copyfile(long_clip, media_root / received.original_key)
    stopper = threading.Thread(target=stop_the_encoder)
    stopper.start()
    jobs.prepare_next()
    stopper.join()
    job = Job.objects.get()
    assert (job.state, job.reason, job.tries_left) == ("waiting", reasons.STALLED, 2)
    assert not any(runs(pid) for pid in hung)
    assert files_of(media_root) == [f"originals/{received.pk}/source"]

    settings.MEDIA_PIPELINE_STALL_SECONDS = 60
    settings.MEDIA_PIPELINE_PRESETS = QUICK
    Job.objects.update(run_after=timezone.now())
    jobs.prepare_next()
    received.refresh_from_db()
    assert received.state == "ready"


WORKER = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.conf import settings
from pathlib import Path
settings.MEDIA_PIPELINE_ROOT = Path(sys.argv[2])
settings.MEDIA_PIPELINE_PRESETS = {"lesson": {"speed": "veryslow"}}
from media_pipeline import jobs
jobs.run_waiting()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(clips, learner, media_root, settings):
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

    settings.MEDIA_PIPELINE_PRESETS = QUICK
    assert jobs.sweep() == 1  # the process is gone from this machine, so nobody waits for the lease to run out
    Job.objects.update(run_after=timezone.now())
    assert jobs.run_waiting() == 1
    asset.refresh_from_db()
    job = Job.objects.get()
    assert (asset.state, job.state, job.attempts) == ("ready", "done", 2)
    assert sorted(path.name for path in (media_root / "outputs" / str(asset.pk)).iterdir()) == ["2"]
    assert not list(media_root.glob("work/*"))
