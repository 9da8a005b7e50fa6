"""Videos in a bucket: prepared from there, published there, and played from there by signed addresses only."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from config.settings.media import bucket_origins
from media_pipeline import assets, jobs
from media_pipeline.models import Job
from media_pipeline.playback import player_for
from media_pipeline.storage import StorageAway, store

pytestmark = pytest.mark.usefixtures("bucket")


@pytest.fixture
def film(db, bucket, clips, prepared_at_once):
    """A video that was prepared."""
    asset = assets.adopt_file(path=clips.plain(), owner=None, title="Film")
    jobs.run_waiting()
    asset.refresh_from_db()
    assert asset.state == "ready", Job.objects.get().detail
    return asset


def named(text):
    """The files a playlist names."""
    return [a or b for a, b in re.findall(r'^(?!#)(\S+)$|URI="([^"]+)"', text, re.M)]


def segments(client, asset):
    """Every address in the playlists, as a player finds them."""
    master = player_for(asset, language="en").master_url
    folder = master.rpartition("/")[0]
    playlists = set(named(client.get(master).content.decode()))
    return [address for name in playlists for address in named(client.get(f"{folder}/{name}").content.decode())]


def test_a_video_is_prepared_in_a_bucket_and_nothing_of_it_stays_on_the_worker(db, clips, media_root):
    film = assets.adopt_file(path=clips.plain(), owner=None, title="Film")
    jobs.run_waiting()
    film.refresh_from_db()
    assert store().size(film.original_key) == film.size_bytes
    assert store().size(f"{film.outputs}/master.m3u8") > 0
    assert not [path for path in media_root.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_every_segment_plays_from_the_bucket_and_in_parts_too(client, film, bucket):
    addresses = segments(client, film)
    assert len(addresses) >= 4
    for address in addresses:
        assert bucket_origins(bucket) == [f"http://{urlsplit(address).netloc}"]
        assert requests.get(address, timeout=30).status_code == 200
    part = requests.get(addresses[-1], headers={"Range": "bytes=4-7"}, timeout=30)
    assert (part.status_code, part.headers["Content-Range"].split("/")[0]) == (206, "bytes 4-7")


def test_a_page_of_this_site_may_read_and_another_may_not(client, film, settings):
    address = segments(client, film)[0]
    ours = requests.get(address, headers={"Origin": settings.SITE_URL}, timeout=30)
    assert ours.headers["Access-Control-Allow-Origin"] == settings.SITE_URL
    theirs = requests.get(address, headers={"Origin": "https://elsewhere.example"}, timeout=30)
    assert "Access-Control-Allow-Origin" not in theirs.headers


def test_single_files_are_a_step_away_and_the_step_is_kept_as_long_as_it_leads_there(client, film, settings):
    player = player_for(film, language="en")
    for url in (player.mp4_url, player.poster_url):
        response = client.get(url)
        assert response.status_code == 302
        assert response["Cache-Control"].startswith("private, max-age=")
        served = requests.get(response["Location"], timeout=30)
        assert served.status_code == 200
        assert served.headers["Content-Type"] == {"4": "video/mp4", "g": "image/jpeg"}[url[-1]]
        kept = int(response["Cache-Control"].rpartition("=")[2])
        assert int(parse_qs(urlsplit(response["Location"]).query)["X-Amz-Expires"][0]) >= kept


def test_a_link_to_keep_the_film_keeps_it_though_it_leads_to_another_host(client, film):
    served = requests.get(client.get(player_for(film, language="en").mp4_url)["Location"], timeout=30)
    assert served.headers["Content-Disposition"] == "attachment"


def test_the_storyboard_is_read_here_because_its_pictures_are_named_beside_it(client, film):
    response = client.get(player_for(film, language="en").storyboard_url)
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert b"storyboard.jpg#xywh=" in response.content


def test_nobody_reads_the_bucket_without_an_address_that_was_signed_for_it(client, film):
    address = urlsplit(segments(client, film)[0])
    bare = address._replace(query="").geturl()
    other = address._replace(path=address.path.replace(film.outputs, film.original_key)).geturl()
    longer = address.geturl().replace("X-Amz-Expires=", "X-Amz-Expires=9")
    for changed in (bare, other, longer):
        assert requests.get(changed, timeout=30).status_code == 403


def test_a_playlist_is_signed_once_for_all_who_have_the_same_token(client, film):
    assert sorted(segments(client, film)) == sorted(segments(client, film))


def test_what_may_be_taken_back_is_asked_for_here_file_by_file(client, film, monkeypatch):
    may = [True]
    monkeypatch.setattr("media_pipeline.access._watch_rules", [lambda user, asset_id: may[0]])
    player = player_for(film, language="en", revocable=True)
    folder = player.master_url.rsplit("/", 1)[0]
    playlist = named(client.get(player.master_url).content.decode())[0]
    inside = named(client.get(f"{folder}/{playlist}").content.decode())
    assert not [name for name in inside if "://" in name]
    segment = f"{folder}/{playlist}".rsplit("/", 1)[0] + f"/{inside[-1]}"
    led = client.get(segment)
    assert "X-Amz-Expires=300" in led.url
    assert "no-store" in led["Cache-Control"]
    assert requests.get(led.url, timeout=30).status_code == 200
    may[0] = False
    assert client.get(segment).status_code == 403


def test_a_playing_video_asks_nothing_of_the_database(client, film, django_assert_num_queries):
    player = player_for(film, language="en")
    with django_assert_num_queries(0):
        client.get(player.master_url)
        client.get(player.mp4_url)


def test_what_is_deleted_is_deleted_in_the_bucket_too(film, django_capture_on_commit_callbacks):
    key, outputs = film.original_key, film.outputs
    with django_capture_on_commit_callbacks(execute=True):
        assets.discard(asset=film, by=None)
    for gone in (key, f"{outputs}/master.m3u8"):
        with pytest.raises(FileNotFoundError):
            store().size(gone)


def test_a_bucket_that_is_away_costs_a_try_and_not_the_video(db, bucket, clips, settings, prepared_at_once):
    asset = assets.adopt_file(path=clips.plain(), owner=None, title="Film")
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "endpoint": "http://127.0.0.1:9"}
    jobs.prepare_next()
    job = Job.objects.get()
    assert (job.state, job.reason, job.tries_left) == ("waiting", "storage_away", 2)
    settings.MEDIA_PIPELINE_BUCKET = bucket
    Job.objects.update(run_after=job.created_at)
    jobs.run_waiting()
    asset.refresh_from_db()
    assert asset.state == "ready"


def test_a_bucket_that_goes_away_before_all_is_published_leaves_no_half_video(
    db, bucket, clips, monkeypatch, django_capture_on_commit_callbacks, prepared_at_once
):
    asset = assets.adopt_file(path=clips.plain(), owner=None, title="Film")
    kind, tried = type(store()), []
    upload = kind.adopt

    def breaks(self, source, key):
        tried.append(key)
        if len(tried) > 3:
            raise StorageAway("gone")
        upload(self, source, key)

    monkeypatch.setattr(kind, "adopt", breaks)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.prepare_next()
    assert Job.objects.get().reason == "storage_away"
    for key in tried:
        with pytest.raises(FileNotFoundError):
            store().size(key)
    assert store().size(asset.original_key)


def test_while_the_bucket_is_away_a_player_is_told_to_come_back(client, film, bucket, settings):
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "endpoint": "http://127.0.0.1:9"}
    response = client.get(player_for(film, language="en").master_url)
    assert response.status_code == 503
    assert response["Retry-After"]


@pytest.mark.parametrize(
    ("addressing", "origin"),
    [("virtual", "https://films.s3.example.com"), ("path", "https://s3.example.com")],
)
def test_pages_may_load_from_where_the_signed_addresses_lead_and_nowhere_else(settings, addressing, origin):
    settings.MEDIA_PIPELINE_BUCKET = {
        "name": "films",
        "region": "eu-west-1",
        "endpoint": "http://store:8333",
        "public_endpoint": "https://s3.example.com",
        "addressing": addressing,
        "access_key": "key",
        "secret_key": "secret",
    }
    assert bucket_origins(settings.MEDIA_PIPELINE_BUCKET) == [origin]
    assert store().address("outputs/1/1/a.m4s", seconds=60).startswith(f"{origin}/")
    assert "secret" not in store().address("outputs/1/1/a.m4s", seconds=60)
    assert bucket_origins({}) == []
