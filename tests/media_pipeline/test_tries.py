"""What fails is tried again where that may help, at most three times; an operator decides about the rest."""

from django.utils import timezone
from wagtail.models import ModelLogEntry

from media_pipeline import assets, jobs, preparation, queue, reasons
from media_pipeline.models import Job
from media_pipeline.reasons import Failed
from tests.media_pipeline.conftest import files_of


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


def _fail(monkeypatch, **failure):
    def prepare(*_arguments, **_options):
        raise Failed(reasons.DISK_FULL, "No space left", **failure)

    monkeypatch.setattr(jobs, "prepare", prepare)


def test_our_own_trouble_is_tried_three_times_with_growing_pauses(received, monkeypatch):
    _fail(monkeypatch, retry=True)
    pauses = []
    for _attempt in range(5):
        jobs.prepare_next()
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
    jobs.prepare_next()
    assert received.jobs.get().state == "failed"
    assert jobs.run_waiting() == 0


def test_an_operator_can_start_a_failed_job_again(received, administrator, monkeypatch, prepared_at_once):
    with monkeypatch.context() as broken:
        _fail(broken, retry=False)
        jobs.prepare_next()
    assert queue.retry(job_id=received.jobs.get().pk, by=administrator)
    assert not queue.retry(job_id=received.jobs.get().pk, by=administrator)
    jobs.run_waiting()
    received.refresh_from_db()
    assert received.state == "ready"
    assert ModelLogEntry.objects.filter(action="media_pipeline.retry", user=administrator).count() == 1


def test_an_operator_can_stop_a_waiting_job_and_start_it_again(received, administrator):
    job = received.jobs.get()
    assert queue.cancel(job_id=job.pk, by=administrator)
    received.refresh_from_db()
    assert (received.state, received.reason) == ("failed", reasons.CANCELLED)
    assert not queue.cancel(job_id=job.pk, by=administrator)
    assert queue.retry(job_id=job.pk, by=administrator)
    assert queue.claim() == job


def test_a_running_job_that_an_operator_stops_is_left_by_its_worker_at_once(
    received, administrator, monkeypatch, media_root
):
    really = preparation.prepare

    def stopped_meanwhile(path, folder, **options):
        assert queue.cancel(job_id=Job.objects.get().pk, by=administrator)
        return really(path, folder, **options)

    monkeypatch.setattr(jobs, "prepare", stopped_meanwhile)
    monkeypatch.setattr(jobs, "_BEAT_EVERY", 0)
    jobs.prepare_next()
    received.refresh_from_db()
    assert (received.jobs.get().state, received.state, received.reason) == ("cancelled", "failed", reasons.CANCELLED)
    assert files_of(media_root) == [f"originals/{received.pk}/source"]


def test_a_missing_original_is_said_not_hidden(received, media_root):
    (media_root / received.original_key).unlink()
    jobs.run_waiting()
    received.refresh_from_db()
    assert (received.state, received.reason) == ("failed", reasons.ORIGINAL_MISSING)
