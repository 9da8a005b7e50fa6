"""An upload into a bucket that was begun: continued, given up, forgotten, and ended when its end was lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media_pipeline import jobs, privacy
from media_pipeline.models import Asset, Job, Removal, Upload
from media_pipeline.sending import multipart, uploads
from media_pipeline.storage import bucket as the_bucket
from media_pipeline.storage import store
from tests.factories.media_pipeline import AssetFactory, UploadFactory
from tests.media_pipeline.bucket_page import SIZE, begun, send, send_all

pytestmark = pytest.mark.usefixtures("bucket")


@pytest.fixture
def address(her):
    """The address of an upload that was begun."""
    return begun(her)


def test_a_server_that_died_after_the_parts_were_joined_makes_the_video_when_asked_again(her, address):
    send_all(her, address)
    row = Upload.objects.get()
    the_bucket().join_parts(row.original_key, row.multipart, multipart.arrived(row))
    said = her.get(address).json()
    assert said["is_video"]
    assert Asset.objects.count() == 1


def test_an_upload_that_the_bucket_has_forgotten_is_gone_and_may_begin_again(her, address):
    row = Upload.objects.get()
    the_bucket().give_up_parts(row.original_key, row.multipart)
    assert her.get(address).status_code == 410
    assert not Upload.objects.exists()


def test_she_can_give_up(her, address, django_capture_on_commit_callbacks):
    send(her, address, 1)
    row = Upload.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert her.delete(address.replace("parts", "uploads")).status_code == 204
    assert her.get(address).status_code == 404
    with pytest.raises(FileNotFoundError):
        the_bucket().parts(row.original_key, row.multipart)


def test_what_nobody_continues_is_given_up_in_the_bucket_too(her, address, django_capture_on_commit_callbacks):
    send(her, address, 1)
    row = Upload.objects.get()
    Upload.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.sweep()
    assert not Upload.objects.exists()
    with pytest.raises(FileNotFoundError):
        the_bucket().parts(row.original_key, row.multipart)


def test_an_upload_that_is_whole_is_finished_rather_than_given_up(her, address):
    send_all(her, address)
    Upload.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    jobs.sweep()
    assert Asset.objects.get().pk == Upload.objects.get().pk


def test_a_sweep_while_the_bucket_is_away_forgets_nothing(her, address, bucket, settings):
    Upload.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "endpoint": "http://127.0.0.1:9"}
    jobs.sweep()
    assert Upload.objects.exists()


def test_what_is_erased_while_the_bucket_is_away_is_deleted_when_it_is_back(
    her, learner, address, bucket, settings, django_capture_on_commit_callbacks
):
    send_all(her, address)
    her.post(address)
    key = Asset.objects.get().original_key
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "endpoint": "http://127.0.0.1:9"}
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(learner)
    assert not Asset.objects.exists()
    settings.MEDIA_PIPELINE_BUCKET = bucket
    assert store().size(key) == SIZE
    Removal.objects.update(created_at=timezone.now() - timedelta(hours=1))
    jobs.sweep()
    with pytest.raises(FileNotFoundError):
        store().size(key)
    assert not Removal.objects.exists()


def test_she_is_shown_what_she_began_and_nobody_else_is(client, learner, outsider, django_assert_max_num_queries):
    mine = UploadFactory(owner=learner, file_name="film.mp4", fingerprint="a" * 64)
    UploadFactory(owner=learner, asset=AssetFactory(owner=learner))
    UploadFactory(owner=learner, purpose="lesson")
    client.force_login(learner)
    with django_assert_max_num_queries(3):
        listed = client.get("/uploads/submission/").json()["uploads"]
    assert listed == [{"id": str(mine.pk), "name": "film.mp4", "length": mine.length, "fingerprint": "a" * 64}]
    client.force_login(outsider)
    assert client.get("/uploads/submission/").json()["uploads"] == []


def test_her_file_name_is_forgotten_with_the_last_byte(her, address):
    send_all(her, address)
    her.post(address)
    assert (Upload.objects.get().file_name, Upload.objects.get().fingerprint) == ("", "")


def test_erasing_leaves_no_row_of_an_upload(her, learner, address):
    privacy.erase(learner)
    assert not Upload.objects.exists()


def test_what_is_a_video_already_cannot_be_forgotten(her, address):
    send_all(her, address)
    her.post(address)
    assert her.delete(address.replace("parts", "uploads")).status_code == 409
    assert Asset.objects.exists()


def test_two_who_end_it_at_once_make_one_video(her, address):
    send_all(her, address)
    row, again = Upload.objects.get(), Upload.objects.get()
    assert uploads.finish(row) == uploads.finish(again)
    assert Job.objects.count() == 1
