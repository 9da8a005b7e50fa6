"""A video plays in Chromium straight from a real bucket, under the policy that pages then have."""

import io
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from config.settings.media import bucket_origins
from config.settings.security import content_security_policy
from media_pipeline import assets, jobs
from tests.media_pipeline.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def film(bucket, settings, live_server, clips):
    """A video that was prepared, on a site set up for its bucket."""
    settings.ROOT_URLCONF = "tests.media_pipeline.player_page"
    settings.SITE_URL = live_server.url
    settings.CONTENT_SECURITY_POLICY = content_security_policy(bucket_origins(bucket))
    call_command("prepare_bucket", stdout=io.StringIO())
    asset = assets.adopt_file(path=clips.plain(), owner=None, title="Film")
    jobs.run_waiting()
    asset.refresh_from_db()
    return asset


def test_a_video_plays_to_its_end_and_no_byte_of_it_comes_through_the_site(phone, live_server, film, bucket):
    served = {}
    phone.on("response", lambda answer: served.setdefault(urlsplit(answer.url).path.rpartition(".")[2], answer.url))
    phone.goto(f"{live_server.url}/test/player/{film.pk}/")
    phone.get_by_role("button", name="Play Film").click()
    until(phone, "document.querySelector('video').ended")
    until(phone, "document.querySelector('video').webkitAudioDecodedByteCount > 0")
    assert served["m4s"].startswith(bucket["endpoint"])
    assert served["m3u8"].startswith(live_server.url)
    assert phone.evaluate("document.querySelector('video').error") is None
