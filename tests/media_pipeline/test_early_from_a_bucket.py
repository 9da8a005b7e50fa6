"""The beginning of a video plays from a bucket while its rest is being made, as it does from a disk."""

import re

import pytest
import requests
from django.urls import reverse

from media_pipeline import assets, jobs, playback, queue
from media_pipeline.encoding import commands
from media_pipeline.encoding.playlists import EARLY, is_finished
from media_pipeline.models import Asset
from tests.media_pipeline.conftest import slowly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]


@pytest.fixture
def film(clips, settings, learner, monkeypatch):
    """A film of six segments that waits to be prepared."""
    settings.MEDIA_PIPELINE_PRESETS = {"submission": {"speed": "ultrafast"}}
    monkeypatch.setattr(commands, "encoding_command", slowly(commands.encoding_command))
    monkeypatch.setattr(jobs, "_BEAT_EVERY", 0.2)
    clip = clips.make("early.mp4", "-c:a", "aac", size="854x480", rate="15", seconds="24")
    return assets.adopt_file(path=clip, owner=learner, title="Supper", purpose="submission")


def played(client, master):
    """How many seconds of each playlist a player can fetch by now, every byte of it from the store."""
    folder = master.rpartition("/")[0]
    lengths = {}
    for name in sorted(set(re.findall(r"^\w+/\S+$", client.get(master).content.decode(), re.M))):
        text = client.get(f"{folder}/{name}").content.decode()
        for address in re.findall(r'http[^\s"]+', text):
            assert requests.get(address, timeout=30).status_code == 200
        lengths[name] = (sum(map(float, re.findall(r"#EXTINF:([\d.]+)", text))), is_finished(text))
    return lengths


def test_the_smallest_renditions_play_from_the_bucket_while_the_rest_is_made(film, client, learner, monkeypatch):
    client.force_login(learner)
    really, seen = queue.beat, []

    def beat(job, percent):
        really(job, percent)
        asset = Asset.objects.get(pk=film.pk)
        master = playback.player_for(asset, language="en", early=True).master_url
        told = client.get(reverse("media_pipeline:status", args=[asset.pk])).json()
        assert told["watchable"] == bool(master)
        if master and percent < 95:
            seen.append((asset.state, master, played(client, master)))

    monkeypatch.setattr(queue, "beat", beat)
    jobs.run_waiting()

    names = {f"240p/{EARLY}", f"360p/{EARLY}", f"audio/{EARLY}"}
    assert {state for state, _master, _lengths in seen} == {"preparing"}
    assert all(lengths.keys() == names for _state, _master, lengths in seen)
    least = [min(seconds for seconds, _is_whole in lengths.values()) for _state, _master, lengths in seen]
    assert 0 < least[0] < 24  # how much by then is the machine's affair
    assert least == sorted(least)
    film.refresh_from_db()
    assert (film.state, film.preview) == ("ready", "")
    whole = played(client, seen[0][1])
    assert whole.keys() == names
    assert all(is_whole and seconds == pytest.approx(24, abs=0.1) for seconds, is_whole in whole.values())
