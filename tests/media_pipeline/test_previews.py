"""The beginning of a video can be watched while its rest is being made, and nothing of it outlives a failure."""

import os
import shutil
import threading

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from media_pipeline import assets, jobs, playback, preparation, queue, reasons
from media_pipeline.encoding import commands
from media_pipeline.encoding.playlists import EARLY, is_finished, read_track
from media_pipeline.encoding.presets import Preset
from media_pipeline.encoding.previews import Preview, Showing
from media_pipeline.models import Asset
from media_pipeline.preparation import Prepared, prepare
from media_pipeline.reasons import Failed
from media_pipeline.storage import local
from tests.factories.media_pipeline import AssetFactory
from tests.media_pipeline.conftest import slowly, until, wait_for


class Onlooker(preparation.Unwatched):
    """Watches the work as a player would: notes at each look what can be played by then."""

    def __init__(self, shown):
        self.shown = shown
        self.preview = None
        self.seconds = []  # of the growing playlist, at each look
        self.percents = set()

    def encoding(self, folder, plan):
        def put(path, name):
            (self.shown / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, self.shown / name)

        self.preview = Preview(folder, plan, put)

    def percent(self, value):
        if self.preview is None:
            return
        self.percents.add(value)
        self.preview.look()
        if self.preview.is_playable:
            tracks = [read_track(self.shown / name, EARLY, growing=True) for name in ("240p", "360p", "audio")]
            self.seconds.append(min(track.seconds for track in tracks))


@pytest.fixture(scope="module")
def onlooker(clips, tmp_path_factory):
    folder, shown = tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("shown")
    clip = clips.make("early.mp4", "-c:a", "aac", size="854x480", rate="15", seconds="24")
    watch = Onlooker(shown)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "encoding_command", slowly(commands.encoding_command))
        watch.prepared = prepare(clip, folder, preset=Preset(speed="ultrafast"), watch=watch)
    watch.preview.look()
    return watch


def test_it_grows_while_it_is_made(onlooker):
    assert 0 < onlooker.seconds[0] < 24
    assert onlooker.seconds == sorted(onlooker.seconds)
    assert len(set(onlooker.seconds)) >= 2
    assert onlooker.seconds[-1] == pytest.approx(24, abs=0.1)


def test_ffmpeg_says_how_far_it_is_from_the_first_second_on(onlooker):
    """It is silent until every output has begun; the stall clock and her progress bar would take that for hanging."""
    assert len({value for value in onlooker.percents if 3 < value < 95}) >= 2


def test_the_smallest_two_renditions_and_the_sound_are_shown_from_their_start(onlooker):
    master = (onlooker.shown / EARLY).read_text()
    assert [line for line in master.splitlines() if line.endswith(EARLY)] == [
        f"240p/{EARLY}", f"360p/{EARLY}", f"audio/{EARLY}",
    ]  # fmt: skip
    assert "480p" not in master
    for name in ("240p", "360p", "audio"):
        assert "#EXT-X-START:TIME-OFFSET=0" in (onlooker.shown / name / EARLY).read_text()


def test_in_the_end_it_ends_and_is_what_was_verified(onlooker):
    for name in ("240p", "360p", "audio"):
        assert is_finished((onlooker.shown / name / EARLY).read_text())
        whole = onlooker.prepared.package.folder / name
        for path in (onlooker.shown / name).iterdir():
            assert path.read_bytes() == (whole / path.name).read_bytes()
        assert "PLAYLIST-TYPE:VOD" in (whole / commands.PLAYLIST).read_text()


def test_a_store_that_is_away_for_a_moment_is_tried_again(onlooker, tmp_path):
    folder = tmp_path / "folder"
    shutil.copytree(onlooker.prepared.package.folder, folder)
    there, broken = [], [True]

    def put(path, name):
        if broken[0] and len(there) > 2:
            raise OSError("away")
        there.append(name)

    plan = preparation.make_plan(onlooker.prepared.source, "ffmpeg", Preset())
    preview = Preview(folder, plan, put)
    preview.look()
    assert not preview.is_playable
    broken.clear()
    broken.append(False)
    preview.look()
    assert preview.is_playable
    segments = [name for name in there if name.endswith((".m4s", ".mp4"))]
    assert len(segments) == len(set(segments))


@pytest.fixture
def received(db, clips, learner):
    return assets.adopt_file(path=clips.plain(), owner=learner, title="Breakfast", purpose="submission")


def test_when_it_is_closed_nothing_more_goes_to_the_store(onlooker, tmp_path):
    folder = tmp_path / "folder"
    shutil.copytree(onlooker.prepared.package.folder, folder)
    plan = preparation.make_plan(onlooker.prepared.source, "ffmpeg", Preset())
    begun, may_go_on = threading.Event(), threading.Event()
    there = []

    def put(path, name):
        begun.set()
        may_go_on.wait(30)
        there.append(name)

    showing = Showing(folder, plan, put)
    showing.look()
    showing.look()  # not a second time beside the first
    assert begun.wait(30)
    closing = threading.Thread(target=showing.close)
    closing.start()
    wait_for(showing._over.is_set)
    may_go_on.set()
    closing.join()
    assert len(there) == 1
    assert not showing.is_playable


@pytest.fixture
def seen(received, client, learner, monkeypatch):
    """What her page could show each time the worker gave a sign of life."""
    client.force_login(learner)
    monkeypatch.setattr(jobs, "_BEAT_EVERY", 0)
    said = []
    really = queue.beat

    def beat(job, percent):
        really(job, percent)
        asset = Asset.objects.get(pk=received.pk)
        url = playback.player_for(asset, language="en", early=True).master_url
        status = client.get(reverse("media_pipeline:status", args=[asset.pk])).json()
        said.append((asset.state, url, status["watchable"]))

    monkeypatch.setattr(queue, "beat", beat)
    return said


def test_her_page_can_show_the_beginning_and_its_address_lasts(received, seen, client):
    jobs.run_waiting()
    early = [(state, url) for state, url, watchable in seen if watchable]
    assert early
    assert {state for state, _url in early} == {"preparing"}
    received.refresh_from_db()
    assert (received.state, received.preview) == ("ready", "")
    answer = client.get(early[0][1])
    assert answer["Cache-Control"] == "private, no-store"
    assert f"240p/{EARLY}" in answer.content.decode()
    playlist = client.get(early[0][1].replace(EARLY, f"240p/{EARLY}"))
    assert playlist["Cache-Control"] == "private, no-store"
    assert is_finished(playlist.content.decode())


def test_only_where_it_is_asked_for_is_the_beginning_shown(db):
    asset = AssetFactory(state="preparing", outputs="", preview="outputs/x/1")
    assert playback.player_for(asset, language="en").master_url == ""
    player = playback.player_for(asset, language="en", early=True)
    assert player.master_url.endswith(f"/{EARLY}")
    assert (player.mp4_url, player.poster_url, player.is_playable) == ("", "", False)


def test_the_database_refuses_a_beginning_of_what_is_not_being_prepared(db):
    asset = AssetFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(preview="outputs/x/1")


def test_a_failure_leaves_nothing_of_the_beginning(
    received, seen, media_root, monkeypatch, django_capture_on_commit_callbacks
):
    def break_down(*arguments) -> Prepared:
        watch = arguments[-1]
        wait_for(lambda: watch.percent(95) or any(watchable for _state, _url, watchable in seen))
        raise Failed(reasons.ENCODING, retry=False)

    monkeypatch.setattr(preparation, "_package", break_down)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.run_waiting()
    assert any(watchable for _state, _url, watchable in seen)
    received.refresh_from_db()
    assert (received.state, received.preview) == ("failed", "")
    assert not [path for path in (media_root / "outputs").rglob("*") if path.is_file()]
    assert not [path for path in (media_root / "work").rglob("*") if path.is_file()]


def test_publishing_over_what_is_shown_takes_no_file_away_meanwhile(media_root, monkeypatch, tmp_path):
    new = tmp_path / "new"
    for name in ("240p/seg_00000.m4s", f"240p/{EARLY}", "master.m3u8"):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text("new")
    shown = media_root / "outputs" / "x" / "1"
    for name in ("240p/seg_00000.m4s", f"240p/{EARLY}", "old.m3u8"):
        (shown / name).parent.mkdir(parents=True, exist_ok=True)
        (shown / name).write_text("old")
    placed = []
    really = os.replace

    def replace(source, target):
        assert (shown / "240p" / EARLY).is_file()
        assert (shown / "240p" / "seg_00000.m4s").is_file()
        placed.append(target.name)
        really(source, target)

    monkeypatch.setattr(os, "replace", replace)
    local.publish(new, "outputs/x/1")
    assert placed[0] == "seg_00000.m4s"
    assert {path.name for path in shown.rglob("*") if path.is_file()} == {"seg_00000.m4s", EARLY, "master.m3u8"}
    assert (shown / "240p" / EARLY).read_text() == "new"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_she_began_to_watch_early_goes_on_to_its_end(phone, live_server, onlooker, learner, media_root, settings):
    """The playlist grows under the player, the video becomes ready meanwhile, and nothing breaks off."""
    settings.ROOT_URLCONF = "tests.media_pipeline.player_page"
    asset = AssetFactory(owner=learner, state="preparing", outputs="", ready_at=None, duration_ms=24_000)
    prefix = f"outputs/{asset.pk}/1"
    Asset.objects.filter(pk=asset.pk).update(preview=prefix)
    folder = media_root / "work" / "early"
    shutil.copytree(onlooker.prepared.package.folder, folder)
    playlists = {path: path.read_text() for path in folder.glob("*/index.m3u8")}
    for path, text in playlists.items():
        path.write_text(text[: text.index("#EXTINF", text.index("seg_00001"))])
    plan = preparation.make_plan(onlooker.prepared.source, "ffmpeg", Preset())
    preview = Preview(folder, plan, lambda path, name: local.adopt(path, f"{prefix}/{name}"))
    preview.look()

    phone.goto(f"{live_server.url}/test/player/{asset.pk}/")
    phone.get_by_role("button", name=f"Play {asset.title}, 0:24").click()
    until(phone, "document.querySelector('video').currentTime > 0.2")
    assert phone.evaluate("document.querySelector('video').currentTime") < 6  # from its start, not from where it grows
    assert phone.evaluate("document.querySelector('video').duration") < 9

    for path, text in playlists.items():
        path.write_text(text)
    preview.look()
    local.publish(folder, prefix)
    Asset.objects.filter(pk=asset.pk).update(state="ready", preview="", outputs=prefix)
    until(phone, "document.querySelector('video').duration > 23")
    phone.evaluate("document.querySelector('video').currentTime = 22")
    until(phone, "document.querySelector('video').currentTime > 22.5")
    until(phone, "document.querySelector('source') !== null")  # at its end the whole video takes its place
