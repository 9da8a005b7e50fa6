"""Jobs are rows: claimed once, announced at each step, and done once however often a message comes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from media_pipeline import assets, jobs, queue, reasons
from media_pipeline.models import Asset, Job
from media_pipeline.reasons import Failed
from media_pipeline.signals import asset_changed
from media_pipeline.states import MoveNotAllowed
from media_pipeline.tasks import prepare_next
from tests.factories.media_pipeline import AssetFactory, JobFactory
from tests.media_pipeline.conftest import files_of


@pytest.fixture
def news():
    """The states that were announced, in order."""
    heard = []

    def hear(sender, asset_id, state, **_more):
        heard.append(state)

    asset_changed.connect(hear)
    yield heard
    asset_changed.disconnect(hear)


def test_a_video_is_prepared_and_each_step_is_announced(received, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        prepare_next.func()
    received.refresh_from_db()
    job = received.jobs.get()
    assert (received.state, received.percent, job.state) == ("ready", 100, "done")
    assert received.is_playable
    assert {each.code for each in received.advice} == {"small"}
    assert len(received.sha256) == 64
    assert news == ["checking", "preparing", "ready"]


def test_running_what_waits_does_everything_once(received, clips, learner, prepared_at_once):
    assets.adopt_file(path=clips.silent(), owner=learner, title="Lunch")
    assert jobs.run_waiting() == 2
    assert jobs.run_waiting() == 0
    assert set(Asset.objects.values_list("state", flat=True)) == {"ready"}


def test_a_message_that_comes_twice_is_harmless(received, media_root, prepared_at_once):
    jobs.prepare_next()
    before = files_of(media_root)
    jobs.prepare_next()
    jobs.prepare_next()
    assert files_of(media_root) == before
    assert Job.objects.get().attempts == 1


def test_a_job_can_be_claimed_only_once(received):
    assert queue.claim() is not None
    assert queue.claim() is None


def test_the_database_refuses_a_second_unfinished_job_and_states_that_cannot_be(db):
    job = JobFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(asset=job.asset)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="running")
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetFactory(state="ready", outputs="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="asleep")
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(state="failed", reason="")


def test_a_cut_off_video_can_be_watched_and_says_so(db, clips, tmp_path, learner):
    whole = clips.plain().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    asset = assets.adopt_file(path=path, owner=learner, title="Half")
    jobs.run_waiting()
    asset.refresh_from_db()
    assert (asset.state, asset.reason, asset.is_playable) == ("incomplete", reasons.CUT_OFF, True)


def test_a_video_is_encoded_by_the_preset_of_what_it_is_for(received, settings, monkeypatch):
    settings.MEDIA_PIPELINE_PRESETS = {"submission": {"speed": "superfast"}}
    speeds = []

    def prepare(*_arguments, preset, **_options):
        speeds.append(preset.speed)
        raise Failed(reasons.ENCODING, retry=False)

    monkeypatch.setattr(jobs, "prepare", prepare)
    jobs.run_waiting()
    assert speeds == ["superfast"]


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


def test_a_move_from_a_state_that_the_row_has_left_is_refused(received):
    stale = Asset.objects.get()
    received.move_to("checking")
    with pytest.raises(MoveNotAllowed):
        stale.move_to("checking")
