"""A real store is stopped, killed or silent in the middle of a job: no half film, no stuck job, and it goes on."""

import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from media_pipeline import assets, jobs, preparation, queue, reasons
from media_pipeline import bucket as buckets
from media_pipeline.bucket import Bucket
from media_pipeline.encoding import commands
from media_pipeline.models import Job, Removal
from media_pipeline.storage import bucket as the_bucket
from tests.media_pipeline.conftest import encoders_of, slowly, wait_for
from tests.object_store import ObjectStore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("impatient", "bucket"),
]


@pytest.fixture(scope="module")
def object_store(tmp_path_factory):
    """A store of this module's own, to be treated badly."""
    with ObjectStore(tmp_path_factory.mktemp("ill-treated-store")) as running:
        yield running


@pytest.fixture
def impatient(monkeypatch):
    """A store that says nothing for a second is away."""
    monkeypatch.setattr(buckets, "_SILENT", 1)
    monkeypatch.setattr(jobs, "_BEAT_EVERY", 0.2)


@pytest.fixture
def at_its_own_pace():
    """The command that encodes, before ``film`` slows it down."""
    return commands.encoding_command


@pytest.fixture
def film(at_its_own_pace, clips, settings, monkeypatch):
    """A film that takes three seconds to prepare."""
    settings.MEDIA_PIPELINE_PRESETS = {"submission": {"speed": "ultrafast"}}
    monkeypatch.setattr(commands, "encoding_command", slowly(at_its_own_pace, "4"))
    clip = clips.make("film.mp4", "-c:a", "aac", size="640x360", rate="10", seconds="12")
    return assets.adopt_file(path=clip, owner=None, title="Supper", purpose="submission")


@contextmanager
def during_encoding(*acts):
    """Carry out ``acts`` one after another once the encoder runs."""
    me = os.getpid()

    def act():
        wait_for(lambda: encoders_of(me))
        for each in acts:
            each()

    acting = threading.Thread(target=act)
    acting.start()
    yield
    acting.join()


def outputs():
    """Everything of any attempt that the store has, by attempt."""
    found = {}
    for key in the_bucket()._sizes("outputs/"):
        prefix, _slash, name = key.partition("/")[2].partition("/")[2].partition("/")
        found.setdefault(prefix, set()).add(name)
    return found


def later():
    """The pause is over, and so is the minute that a removal waits."""
    Job.objects.update(run_after=timezone.now())
    Removal.objects.update(created_at=timezone.now() - timedelta(hours=1))


def prepare_and_settle(film, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        jobs.prepare_next()
    film.refresh_from_db()
    return Job.objects.get()


def test_a_store_that_stops_and_stays_away_costs_a_try_and_leaves_no_half_film(
    film, object_store, django_capture_on_commit_callbacks
):
    with during_encoding(object_store.stop):
        job = prepare_and_settle(film, django_capture_on_commit_callbacks)
    assert (job.state, job.reason, job.tries_left) == ("waiting", reasons.STORAGE_AWAY, 2)
    assert (film.state, film.outputs, film.preview) == ("received", "", "")
    object_store.start()
    later()
    jobs.sweep()
    assert outputs() == {}
    assert not Removal.objects.exists()
    job = prepare_and_settle(film, django_capture_on_commit_callbacks)
    assert (job.state, film.state, film.outputs) == ("done", "ready", f"outputs/{film.pk}/2")
    assert list(outputs()) == ["2"]


def test_a_store_that_is_back_before_the_film_is_made_costs_nothing(
    film, object_store, monkeypatch, django_capture_on_commit_callbacks
):
    really, is_back = preparation._package, threading.Event()
    monkeypatch.setattr(preparation, "_package", lambda *about: is_back.wait(60) and really(*about))
    with during_encoding(object_store.stop, object_store.start, is_back.set):
        job = prepare_and_settle(film, django_capture_on_commit_callbacks)
    assert (job.state, job.attempts, film.state) == ("done", 1, "ready")
    assert list(outputs()) == ["1"]


def test_a_store_that_is_killed_while_it_is_given_the_film_keeps_no_half_of_it(
    film, object_store, monkeypatch, django_capture_on_commit_callbacks
):
    really, given = Bucket.adopt, []

    def adopt(self, source, key):
        if key.endswith(".jpg"):  # of what is published at the end, and of nothing before
            object_store.stop()
        really(self, source, key)
        given.append(key)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "adopt", adopt)
        job = prepare_and_settle(film, django_capture_on_commit_callbacks)
    assert given
    assert (job.state, job.reason, film.outputs) == ("waiting", reasons.STORAGE_AWAY, "")
    object_store.start()
    later()
    jobs.sweep()
    assert outputs() == {}
    assert prepare_and_settle(film, django_capture_on_commit_callbacks).state == "done"


def test_a_store_that_never_comes_back_fails_the_job_with_a_reason_and_an_operator_can_go_on(
    film, object_store, administrator, django_capture_on_commit_callbacks
):
    object_store.stop()
    for _try in range(3):
        later()
        job = prepare_and_settle(film, django_capture_on_commit_callbacks)
    assert (job.state, job.reason, film.state) == ("failed", reasons.STORAGE_AWAY, "failed")
    assert "cannot reach the place" in film.message
    object_store.start()
    assert queue.retry(job_id=job.pk, by=administrator)
    assert prepare_and_settle(film, django_capture_on_commit_callbacks).state == "done"
    assert film.state == "ready"


def test_a_store_that_falls_silent_holds_up_neither_the_encoder_nor_the_signs_of_life(
    film, at_its_own_pace, object_store, monkeypatch, django_capture_on_commit_callbacks
):
    """It takes connections and answers nothing, as one does whose disk hangs."""
    really, percents = queue.beat, []

    def beat(job, percent):
        percents.append(percent)
        really(job, percent)

    monkeypatch.setattr(queue, "beat", beat)
    monkeypatch.setattr(commands, "encoding_command", slowly(at_its_own_pace, "1"))
    with during_encoding(lambda: object_store.signal(signal.SIGSTOP)):
        job = prepare_and_settle(film, django_capture_on_commit_callbacks)
    object_store.signal(signal.SIGCONT)
    time.sleep(1)  # it works off what it was told while it was silent
    assert (job.state, job.reason, job.tries_left) == ("waiting", reasons.STORAGE_AWAY, 2)
    assert len({value for value in percents if 3 < value < 95}) >= 4  # held up by its tries, it would say two at most
    assert percents[-1] == 99
    later()
    jobs.sweep()
    assert outputs() == {}
    assert prepare_and_settle(film, django_capture_on_commit_callbacks).state == "done"
