"""The database, the disk or the storage goes away in the middle of the work: the job goes on, or waits, and is done."""

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from media_pipeline import assets, jobs, queue, reasons
from media_pipeline.models import Job
from tests.media_pipeline.conftest import encoders_of, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def film(transactional_db, clips, learner):
    """A video that has just arrived, committed."""
    return assets.adopt_file(path=clips.plain(), owner=learner, title="Supper", purpose="submission")


@contextmanager
def database_away():
    """PostgreSQL ends every connection and takes no new one, as when it is restarted; SQLite is locked by another."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=30, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.close()
        return
    settings = connection.settings_dict
    server = {"host": settings["HOST"], "port": settings["PORT"] or 5432, "user": settings["USER"]}
    with psycopg.connect(**server, password=settings["PASSWORD"], dbname="postgres", autocommit=True) as operator:
        operator.execute(f'ALTER DATABASE "{settings["NAME"]}" ALLOW_CONNECTIONS false')
        try:
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            operator.execute(end, [settings["NAME"]])
            yield
        finally:
            operator.execute(f'ALTER DATABASE "{settings["NAME"]}" ALLOW_CONNECTIONS true')


def test_a_database_that_is_restarted_in_the_middle_costs_nothing(film, monkeypatch, caplog):
    """It goes while the encoder runs, and comes back only after the encoder has ended."""
    monkeypatch.setattr(jobs, "_BEAT_EVERY", 0.2)
    patience = "timeout" if connection.vendor == "sqlite" else "connect_timeout"
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], patience, 1)
    connection.close()
    me = os.getpid()

    def restart():
        wait_for(lambda: encoders_of(me))
        with database_away():
            wait_for(lambda: "waits for it" in caplog.text)
            time.sleep(1)

    restarting = threading.Thread(target=restart)
    restarting.start()
    jobs.prepare_next()
    restarting.join()
    film.refresh_from_db()
    job = Job.objects.get()
    assert (film.state, job.state, job.attempts) == ("ready", "done", 1)
    assert "waits for it" in caplog.text


def test_a_commit_whose_answer_was_lost_keeps_what_became_current(film, monkeypatch, media_root):
    really, lost = queue.finish, []

    def finish(*arguments, **fields):
        really(*arguments, **fields)
        if not lost:
            lost.append(True)
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(queue, "finish", finish)
    monkeypatch.setattr(jobs, "_ASK_AGAIN", 0)
    jobs.prepare_next()
    film.refresh_from_db()
    assert film.state == "ready"
    assert (media_root / film.outputs / "master.m3u8").is_file()


@pytest.fixture
def small_disk(settings, tmp_path):
    """A disk of sixteen megabytes of its own for videos; where this machine lets nobody mount one, None."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], capture_output=True)
    if mounted.returncode == 0:
        settings.MEDIA_PIPELINE_ROOT = folder
        yield folder
        subprocess.run(["umount", folder], check=True)
    else:
        yield None


def test_a_disk_that_fills_in_the_middle_lets_the_job_wait_and_go_on(small_disk, monkeypatch, clips, transactional_db):
    film = assets.adopt_file(path=clips.plain(), owner=None, title="Supper")
    really = jobs.prepare

    def fill_then_prepare(path, folder, **options):
        if small_disk is None:  # no file may grow: the nearest thing that needs no rights
            raise OSError(28, "No space left on device")
        (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free - 60_000))
        return really(path, folder, **options)

    with monkeypatch.context() as full:
        full.setattr(jobs, "prepare", fill_then_prepare)
        jobs.prepare_next()
    job = Job.objects.get()
    assert (job.state, job.reason, job.tries_left) == ("waiting", reasons.DISK_FULL, 2)
    if small_disk:
        Job.objects.update(run_after=timezone.now())
        assert not jobs.prepare_next()  # it is not even begun while there is no room
        assert not list((small_disk / "outputs").rglob("*"))
        (small_disk / "filler").unlink()
    Job.objects.update(run_after=timezone.now())
    assert jobs.prepare_next()
    film.refresh_from_db()
    assert film.state == "ready"


def test_a_disk_that_is_not_mounted_is_away_and_no_video_is_called_lost(film, media_root):
    """What is not there because nothing is there may come back."""
    elsewhere = media_root.with_name("unplugged")
    media_root.rename(elsewhere)
    jobs.prepare_next()
    job = Job.objects.get()
    assert (job.state, job.reason) == ("waiting", reasons.STORAGE_AWAY)
    shutil.rmtree(media_root)
    elsewhere.rename(media_root)
    Job.objects.update(run_after=timezone.now())
    jobs.prepare_next()
    film.refresh_from_db()
    assert film.state == "ready"
