"""What she sent is deleted when its time has come, unless she keeps it; what was made of it stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from media_pipeline import originals
from tests.factories.media_pipeline import AssetFactory

OLD = timedelta(days=31)


@pytest.fixture
def old(learner, media_root):
    """A video of hers that has been ready for 31 days, with its original."""
    asset = AssetFactory(owner=learner, purpose="submission", ready_at=timezone.now() - OLD)
    for key in (asset.original_key, f"{asset.outputs}/master.m3u8"):
        (media_root / key).parent.mkdir(parents=True)
        (media_root / key).write_text("film")
    return asset


def sweep(capture):
    with capture(execute=True):
        return originals.delete_old()


def test_an_old_original_goes_and_the_video_stays(old, media_root, django_capture_on_commit_callbacks):
    assert sweep(django_capture_on_commit_callbacks) == 1
    assert not (media_root / old.original_key).exists()
    assert (media_root / old.outputs / "master.m3u8").exists()
    old.refresh_from_db()
    assert old.is_playable
    assert old.original_gone_at
    assert ModelLogEntry.objects.filter(action="media_pipeline.delete_original").count() == 1
    assert sweep(django_capture_on_commit_callbacks) == 0


def test_an_original_she_keeps_stays(client, learner, old, media_root, django_capture_on_commit_callbacks):
    client.force_login(learner)
    address = reverse("media_pipeline:original", args=[old.pk])
    response = client.post(address, {"keeps": "1", "next": "/studio/"})
    assert response.url == "/studio/"
    assert sweep(django_capture_on_commit_callbacks) == 0
    assert (media_root / old.original_key).exists()
    client.post(address, {"keeps": "0"})
    assert sweep(django_capture_on_commit_callbacks) == 1


def test_an_original_stays_while_its_time_has_not_come_or_it_may_be_needed(
    db, settings, old, django_capture_on_commit_callbacks
):
    young = AssetFactory(ready_at=timezone.now() - timedelta(days=29))
    failed = AssetFactory(state="failed", reason="stalled", ready_at=None)
    type(failed).objects.filter(pk=failed.pk).update(created_at=timezone.now() - OLD)
    refused = AssetFactory(state="refused", reason="text", ready_at=None)
    type(refused).objects.filter(pk=refused.pk).update(created_at=timezone.now() - OLD)
    settings.MEDIA_PIPELINE_ORIGINAL_DAYS = 0
    assert sweep(django_capture_on_commit_callbacks) == 0
    settings.MEDIA_PIPELINE_ORIGINAL_DAYS = 30
    assert sweep(django_capture_on_commit_callbacks) == 2
    gone = {asset.pk for asset in (old, young, failed, refused) if reload(asset).original_gone_at}
    assert gone == {old.pk, refused.pk}


def reload(asset):
    asset.refresh_from_db()
    return asset


@pytest.mark.parametrize("who", ["outsider", "instructor", "administrator"])
def test_nobody_else_decides(client, request, old, who):
    client.force_login(request.getfixturevalue(who))
    address = reverse("media_pipeline:original", args=[old.pk])
    assert client.post(address, {"keeps": "1"}).status_code == 404
    assert client.get(address).status_code == 405
    assert not reload(old).keeps_original


def test_she_is_never_led_to_another_site(client, learner, old):
    client.force_login(learner)
    address = reverse("media_pipeline:original", args=[old.pk])
    assert client.post(address, {"keeps": "1", "next": "https://elsewhere.example/"}).url == "/"


def test_her_page_tells_her_before_and_after(rf, old):
    from django.template.loader import render_to_string

    def page():
        return render_to_string("media_pipeline/original.html", {"asset": old}, request=rf.get("/studio/"))

    old.ready_at = timezone.now()
    assert "We delete the file you sent" in page()
    assert "Keep the file I sent" in page()
    old.keeps_original = True
    assert "for as long as your video is here" in page()
    old.keeps_original, old.original_gone_at = False, timezone.now()
    assert "was deleted on" in page()
    assert "<form" not in page()
