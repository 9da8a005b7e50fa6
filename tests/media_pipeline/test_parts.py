"""Uploads straight into a bucket: signed part by part, resumed by what the bucket has, and each becomes one video."""

import random

import pytest
import requests
from django.core.cache import cache

from media_pipeline.models import Asset, Job, Upload
from media_pipeline.sending import multipart
from media_pipeline.storage import store
from media_pipeline.views import parts
from tests.factories.media_pipeline import AssetFactory, UploadFactory
from tests.media_pipeline.bucket_page import FILM, SIZE, begin, begun, piece, send
from tests.media_pipeline.weak_line import WeakLine

pytestmark = pytest.mark.usefixtures("bucket")


@pytest.fixture
def address(her):
    """The address of an upload that was begun."""
    return begun(her)


def test_parts_in_any_order_and_twice_become_the_identical_file_and_one_video(her, learner, address):
    for number in (3, 1, 3, 2):
        assert send(her, address, number).status_code == 200
    for _time in range(3):
        assert her.post(address).json()["is_video"]
    asset = Asset.objects.get()
    assert (asset.owner, asset.title, asset.state, asset.size_bytes) == (learner, "蛋炒饭 🍳", "received", SIZE)
    assert Job.objects.count() == 1
    with store().fetch(asset.original_key) as path:
        assert path.read_bytes() == FILM
    assert address == f"/parts/{asset.pk}/"


def test_what_has_arrived_is_what_the_bucket_says(her, address):
    send(her, address, 2)
    said = her.get(address).json()
    assert (said["arrived"], said["length"], said["is_video"]) == ([2], SIZE, False)
    assert said["part_bytes"] == multipart.PART_BYTES


def test_an_upload_with_a_part_missing_becomes_no_video(her, address):
    send(her, address, 1)
    send(her, address, 3)
    response = her.post(address)
    assert response.status_code == 409
    assert response.json()["arrived"] == [1, 3]
    assert not Asset.objects.exists()


def test_a_part_of_another_length_is_refused_by_the_bucket_itself(her, address):
    assert send(her, address, 1, piece(1) + b"more").status_code == 403
    assert send(her, address, 3, piece(3)[:-1]).status_code == 403
    assert her.get(address).json()["arrived"] == []


@pytest.mark.parametrize("number", [0, 4, 10_001])
def test_a_part_that_does_not_exist_is_not_signed(her, address, number):
    assert her.post(f"{address}{number}/").status_code == 404


def test_an_address_of_one_part_opens_no_other(her, address):
    url = her.post(f"{address}1/").json()["address"]
    assert requests.put(url.replace("partNumber=1", "partNumber=2"), data=piece(1), timeout=30).status_code == 403
    assert requests.get(url, timeout=30).status_code == 403


def test_nothing_secret_is_in_an_answer(her, address, bucket):
    assert bucket["secret_key"] not in her.post(f"{address}1/").content.decode() + her.get(address).content.decode()


def test_a_line_that_breaks_twenty_times_still_gives_the_identical_file(her, address, bucket, settings):
    """The phone reaches the bucket by a line that is cut again and again, at any byte."""
    dice = random.Random(20261122)
    with WeakLine(bucket["endpoint"], dice) as line:
        settings.MEDIA_PIPELINE_BUCKET = {**bucket, "public_endpoint": line.url}
        for _attempt in range(500):
            missing = {1, 2, 3} - set(her.get(address).json()["arrived"])
            if not missing and line.cuts >= 20:
                break
            try:
                send(her, address, dice.choice(sorted(missing or {1, 2, 3})))
            except requests.RequestException:
                continue
    assert line.cuts >= 20
    assert her.post(address).json()["is_video"]
    with store().fetch(Asset.objects.get().original_key) as path:
        assert path.read_bytes() == FILM


def test_for_somebody_else_her_upload_does_not_exist(client, outsider, address):
    client.force_login(outsider)
    assert client.get(address).status_code == client.post(address).status_code == 404
    assert client.post(f"{address}1/").status_code == 404
    assert client.delete(address.replace("parts", "uploads")).status_code == 404
    assert Upload.objects.exists()


def test_without_signing_in_nothing_can_be_sent(client, db, bucket):
    assert begin(client).status_code == 401
    assert client.get("/uploads/submission/").status_code == 401
    assert client.delete(f"/uploads/{UploadFactory().pk}/").status_code == 401


@pytest.mark.parametrize(
    "facts",
    [
        {"length": "ten"},
        {"length": 10.5},
        {"length": True},
        {"length": 2**70},
        {"length": -1},
        {"length": 0},
        {"title": 5},
        {"title": "a\x00b"},
        {"purpose": "anything"},
        {"collection": "x"},
        {"fingerprint": "../../x"},
    ],
)
def test_facts_that_are_wrong_begin_nothing(her, bucket, facts):
    assert begin(her, **facts).status_code in (400, 413)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b'{"title": "x"}', b"\xff"])
def test_a_body_that_cannot_be_read_begins_nothing(her, bucket, body):
    assert her.post("/parts/", data=body, content_type="application/json").status_code == 400


def test_limits_and_quota_are_the_same_as_for_any_upload(her, bucket, learner, settings):
    settings.MEDIA_PIPELINE_MAX_BYTES = SIZE - 1
    assert begin(her).status_code == 413
    settings.MEDIA_PIPELINE_MAX_BYTES = SIZE
    settings.MEDIA_PIPELINE_QUOTA_BYTES = SIZE + 10
    AssetFactory(owner=learner, size_bytes=11)
    refused = begin(her)
    assert refused.status_code == 403
    assert "no room" in refused.content.decode()
    assert begin(her, purpose="lesson").status_code == 403


def test_signing_more_than_a_phone_can_send_is_slowed_down(her, address, monkeypatch):
    cache.clear()  # people of other tests had the same number
    monkeypatch.setattr(parts, "SIGNED_AT_MOST", 2)
    statuses = [her.post(f"{address}1/").status_code for _time in range(3)]
    assert statuses == [200, 200, 429]


def test_a_bucket_that_is_away_is_said_kindly_and_leaves_no_row(her, bucket, settings):
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "endpoint": "http://127.0.0.1:9"}
    response = begin(her)
    assert response.status_code == 503
    assert "wait a moment" in response.content.decode()
    assert not Upload.objects.exists()


def test_with_a_bucket_there_is_no_tus_and_without_one_no_parts(her, address, settings):
    assert her.options("/tus/").status_code == 404
    settings.MEDIA_PIPELINE_BUCKET = {}
    assert her.options("/tus/").status_code == 204
    assert her.get(address).status_code == 404
    assert begin(her).status_code == 404
