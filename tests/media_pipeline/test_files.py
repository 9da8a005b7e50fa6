"""Private files: a short-lived address for one attempt at one video, and nothing else."""

import re
import time
import uuid

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import signing
from media_pipeline.captions import keeping
from media_pipeline.playback import player_for
from media_pipeline.views.files import parse_range
from tests.factories.media_pipeline import AssetFactory

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


@pytest.fixture
def player(ready_asset, instructor):
    keeping.save_captions(asset=ready_asset, language="en", engine=keeping.Written(CAPTIONS), by=instructor)
    return player_for(ready_asset, language="en")


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("master_url", "application/vnd.apple.mpegurl"),
        ("mp4_url", "video/mp4"),
        ("poster_url", "image/jpeg"),
        ("storyboard_url", "text/vtt; charset=utf-8"),
    ],
)
def test_each_kind_of_file_has_its_type_and_stays_private(client, player, name, content_type):
    response = client.get(getattr(player, name))
    assert response.status_code == 200
    assert response["Content-Type"] == content_type
    assert response["Cache-Control"].startswith("private")
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body(response)


def test_everything_a_playlist_names_is_reached_by_its_own_relative_address(client, player):
    base = player.master_url.rsplit("/", 1)[0]
    names = re.findall(r'^(?!#)(\S+)$|URI="([^"]+)"', body(client.get(player.master_url)).decode(), re.M)
    playlists = {a or b for a, b in names}
    assert playlists == {"240p/index.m3u8", "audio/index.m3u8"}
    for playlist in playlists:
        folder = f"{base}/{playlist}".rsplit("/", 1)[0]
        inside = body(client.get(f"{base}/{playlist}")).decode()
        for a, b in re.findall(r'^(?!#)(\S+)$|URI="([^"]+)"', inside, re.M):
            assert client.get(f"{folder}/{a or b}").status_code == 200


def test_a_playing_video_asks_nothing_of_the_database(client, player, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(player.mp4_url)


def test_captions_are_served_and_a_language_without_them_is_not_found(client, player):
    response = client.get(player.captions[0].url)
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert "Hello" in response.content.decode()
    assert client.get(player.captions[0].url.replace("/en.vtt", "/sw.vtt")).status_code == 404


def test_a_range_is_answered_with_that_part(client, player):
    whole = body(client.get(player.mp4_url))
    response = client.get(player.mp4_url, headers={"Range": "bytes=10-19", "Accept-Encoding": "gzip"})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert body(response) == whole[10:20]
    assert client.get(player.mp4_url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416


def test_videos_are_not_squeezed_a_second_time(client, player):
    response = client.get(player.mp4_url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response
    assert int(response["Content-Length"]) == len(body(response))


@given(st.integers(1, 10_000), st.integers(0, 12_000), st.integers(0, 12_000))
def test_a_range_never_leaves_the_file(size, first, last):
    try:
        span = parse_range(f"bytes={first}-{last}", size)
    except ValueError:
        assert first >= size
        return
    if span is not None:
        assert 0 <= span[0] <= span[1] < size


@pytest.mark.parametrize(
    ("header", "expected"),
    [("", None), ("bytes=0-", (0, 99)), ("bytes=-10", (90, 99)), ("bytes=-500", (0, 99)), ("bytes=1-2,4-5", None),
     ("bytes=5-2", None), ("items=0-5", None)],
)  # fmt: skip
def test_ranges_are_read_as_the_standard_says(header, expected):
    assert parse_range(header, 100) == expected


def test_an_expired_address_is_forbidden(client, ready_asset, settings):
    token = signing.sign(
        ready_asset.pk, ready_asset.outputs, now=time.time() - settings.MEDIA_PIPELINE_SIGNED_SECONDS - 3600
    )
    for name in ("poster.jpg", "captions/en.vtt"):
        assert client.get(f"/v/{token}/{name}").status_code == 403


def test_an_address_that_was_changed_is_not_found(client, player):
    token = player.poster_url.split("/")[2]
    for number in range(0, len(token), 5):
        other = "A" if token[number] != "A" else "B"
        changed = token[:number] + other + token[number + 1 :]
        assert client.get(f"/v/{changed}/poster.jpg").status_code == 404
    for nonsense in ("x", "é", token[:-1], token + "AAAA", "a" * 3000):
        assert client.get(f"/v/{nonsense}/poster.jpg").status_code == 404


def test_an_address_of_one_video_opens_no_other_and_no_other_attempt(client, ready_asset, media_root):
    other = signing.sign(uuid.uuid4(), ready_asset.outputs)
    attempt = signing.sign(ready_asset.pk, f"outputs/{ready_asset.pk}/2")
    assert client.get(f"/v/{other}/poster.jpg").status_code == 404
    assert client.get(f"/v/{attempt}/poster.jpg").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../originals/x/source",
        "..%2f..%2fsource",
        "240p/../../x.mp4",
        "/etc/passwd",
        "source",
        "a/b/c.mp4",
        "a/%00.mp4",
    ],
)
def test_no_name_leads_out_of_the_folder(client, player, name):
    token = player.poster_url.split("/")[2]
    assert client.get(f"/v/{token}/{name}", follow=True).status_code == 404


def test_addresses_are_the_same_for_a_while_so_that_the_browser_may_keep_the_files(ready_asset):
    at = 1_800_000_100
    assert signing.sign(ready_asset.pk, ready_asset.outputs, now=at) == signing.sign(
        ready_asset.pk, ready_asset.outputs, now=at + 60
    )


def test_a_player_asks_the_database_for_captions_only_and_not_even_that_when_they_are_there(
    ready_asset, django_assert_num_queries
):
    with django_assert_num_queries(1):
        player_for(ready_asset, language="en")
    ready_asset = type(ready_asset).objects.prefetch_related("captions").get(pk=ready_asset.pk)
    with django_assert_num_queries(0):
        player_for(ready_asset, language="en")


def test_her_own_language_comes_first_among_the_captions(ready_asset, instructor):
    for language in ("en", "zh-hans"):
        keeping.save_captions(asset=ready_asset, language=language, engine=keeping.Written(CAPTIONS), by=instructor)
    tracks = player_for(ready_asset, language="zh-hans").captions
    assert [(track.language, track.label) for track in tracks] == [("zh-hans", "简体中文"), ("en", "English")]


def test_a_video_that_is_not_ready_has_no_addresses(db):
    player = player_for(AssetFactory(arriving=True), language="en")
    assert (player.master_url, player.poster_url, player.is_playable) == ("", "", False)
    assert player.message


def status_of(client, asset):
    return client.get(reverse("media_pipeline:status", args=[asset.pk]))


def test_she_can_follow_her_own_video(client, learner, django_assert_max_num_queries):
    asset = AssetFactory(owner=learner, purpose="submission", arriving=True)
    client.force_login(learner)
    with django_assert_max_num_queries(3):
        said = status_of(client, asset).json()
    assert (said["state"], said["settled"], said["percent"]) == ("received", False, 0)
    assert said["message"] == asset.message


def test_nobody_else_can_follow_it(client, learner, outsider, instructor):
    asset = AssetFactory(owner=learner, purpose="submission")
    assert status_of(client, asset).status_code == 404
    for person in (outsider, instructor):
        client.force_login(person)
        assert status_of(client, asset).status_code == 404


def test_an_app_above_can_let_a_reviewer_follow_it(client, learner, instructor, monkeypatch):
    from media_pipeline import access

    asset = AssetFactory(owner=learner, purpose="submission")
    monkeypatch.setattr(access, "_rules", [])
    access.also_allow(lambda user, video: user == instructor and video == asset)
    client.force_login(instructor)
    assert status_of(client, asset).status_code == 200


def test_who_waits_on_a_page_that_shows_it_may_ask_but_is_not_told_what_its_owner_is_told(client, learner):
    asset = AssetFactory(owner=learner, purpose="lesson", arriving=True)
    player = player_for(asset, language="en")
    said = client.get(player.status_url).json()
    assert (said["state"], said["settled"], said["message"], said["reason"]) == ("received", False, "", "")


def test_a_pass_is_for_one_video_and_for_a_while(db, client, settings):
    one, other = AssetFactory(arriving=True), AssetFactory(arriving=True)
    word = player_for(one, language="en").status_url.partition("?")[2]
    for query in (word[:-1], "pass=", "pass=a:b", f"pass={one.pk}"):
        assert client.get(f"{reverse('media_pipeline:status', args=[one.pk])}?{query}").status_code == 404
    assert client.get(f"{reverse('media_pipeline:status', args=[other.pk])}?{word}").status_code == 404
    settings.MEDIA_PIPELINE_SIGNED_SECONDS = -1
    assert client.get(f"{reverse('media_pipeline:status', args=[one.pk])}?{word}").status_code == 404
