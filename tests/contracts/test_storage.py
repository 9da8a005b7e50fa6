"""What every place for videos does alike: this machine's disk, and a bucket of a real S3 store."""

import os
import random
import time

import pytest

from media_pipeline.storage import MediaStorage, StorageAway, local, store

FILM = random.Random(7).randbytes(9_000_000)  # more than boto3 sends in one piece


class Stopped(Exception):
    """Somebody stopped the work."""


@pytest.fixture(params=["disk", "bucket"])
def files(request, settings, tmp_path) -> MediaStorage:
    """Each kind of storage in turn, empty."""
    settings.MEDIA_PIPELINE_ROOT = tmp_path / "media"
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return store()


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(FILM)
    return path


@pytest.fixture
def outputs(tmp_path):
    """Outputs as a job leaves them, in a workspace."""
    folder = tmp_path / "media" / "work" / "1"
    (folder / "240p").mkdir(parents=True)
    (folder / "master.m3u8").write_text("#EXTM3U\n")
    for number in range(12):
        (folder / "240p" / f"segment-{number:04}.m4s").write_bytes(bytes([number]) * 1000)
    return folder


def content(files, key):
    with files.open(key) as file:
        return file.read()


def test_what_was_put_in_comes_out_the_same(files, film):
    files.adopt(film, "originals/1/source")
    assert film.exists()
    assert files.size("originals/1/source") == len(FILM)
    with files.fetch("originals/1/source") as path:
        assert path.read_bytes() == FILM
    assert content(files, "originals/1/source") == FILM


def test_what_is_put_at_the_same_place_replaces_what_was_there(files, film):
    files.adopt(film, "originals/1/source")
    film.write_bytes(b"another")
    files.adopt(film, "originals/1/source")
    assert content(files, "originals/1/source") == b"another"


def test_a_name_may_be_in_any_script(files, film):
    film.write_bytes(b"film")
    files.adopt(film, "originals/做饭 🍳 +%2F/source")
    assert content(files, "originals/做饭 🍳 +%2F/source") == b"film"


def test_what_is_missing_is_said_by_one_error(files, film):
    files.adopt(film, "originals/2/source")  # the place itself is there
    for ask in (files.size, files.open, lambda key: files.fetch(key).__enter__()):
        with pytest.raises(FileNotFoundError):
            ask("originals/1/source")


def test_a_folder_is_no_file(files, film):
    files.adopt(film, "originals/1/source")
    with pytest.raises(FileNotFoundError):
        files.size("originals/1")


def test_nothing_stays_on_this_machine_of_what_was_fetched(files, film, settings):
    files.adopt(film, "originals/1/source")
    with files.fetch("originals/1/source"):
        pass
    assert not list(settings.MEDIA_PIPELINE_ROOT.glob("work/*"))


def test_outputs_are_published_with_their_folders(files, outputs):
    files.publish(outputs, "outputs/1/1")
    assert content(files, "outputs/1/1/master.m3u8") == b"#EXTM3U\n"
    assert content(files, "outputs/1/1/240p/segment-0011.m4s") == bytes([11]) * 1000


def test_publishing_again_leaves_exactly_what_is_there_now(files, outputs, film):
    film.write_bytes(b"old")
    for name in ("240p/old.m4s", "240p/segment-0003.m4s", "master.m3u8"):
        files.adopt(film, f"outputs/1/1/{name}")
    files.publish(outputs, "outputs/1/1")
    with pytest.raises(FileNotFoundError):
        files.size("outputs/1/1/240p/old.m4s")
    assert content(files, "outputs/1/1/240p/segment-0003.m4s") == bytes([3]) * 1000
    assert content(files, "outputs/1/1/master.m3u8") == b"#EXTM3U\n"


def test_deleting_takes_all_under_the_name_and_nothing_beside_it(files, film, outputs):
    film.write_bytes(b"film")
    for key in ("outputs/1/source", "outputs/10/source", "outputs/2"):
        files.adopt(film, key)
    files.publish(outputs, "outputs/1/1")
    for key in ("outputs/1", "outputs/2", "outputs/3"):
        files.delete(key)
        files.delete(key)
    for gone in ("outputs/1/1/master.m3u8", "outputs/1/source", "outputs/2"):
        with pytest.raises(FileNotFoundError):
            files.size(gone)
    assert files.size("outputs/10/source") == 4


def test_a_storage_that_works_says_so(files):
    files.ping()


def test_a_disk_has_no_way_out_of_its_folder(settings, tmp_path):
    settings.MEDIA_PIPELINE_ROOT = tmp_path / "media"
    for key in ("../secret", "/etc/passwd", "a/../../b", ""):
        with pytest.raises(ValueError, match="no key"):
            local.path(key)


def test_what_a_killed_worker_left_long_ago_is_tidied_up(settings, tmp_path):
    settings.MEDIA_PIPELINE_ROOT = tmp_path / "media"
    with local.workspace("work/now") as now, local.workspace("work/old") as old:
        (old / "film.mp4").write_bytes(b"film")
        long_ago = time.time() - 2 * 24 * 3600
        os.utime(old, (long_ago, long_ago))
        local.tidy()
        assert now.is_dir()
        assert not old.exists()


def test_a_bucket_stops_at_once_when_the_work_is_stopped(bucket, film, outputs, settings):
    def stop():
        raise Stopped

    store().adopt(film, "originals/1/source")
    with pytest.raises(Stopped), store().fetch("originals/1/source", beat=stop):
        pytest.fail("It was not stopped.")
    with pytest.raises(Stopped):
        store().publish(outputs, "outputs/1/1", beat=stop)
    assert [path.name for path in settings.MEDIA_PIPELINE_ROOT.glob("work/*")] == ["1"]


def test_a_bucket_that_does_not_answer_is_away_whatever_is_asked(bucket, film, outputs, settings):
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "endpoint": "http://127.0.0.1:9"}
    files = store()
    for ask in (
        lambda: files.adopt(film, "a/b"),
        lambda: files.fetch("a/b").__enter__(),
        lambda: files.publish(outputs, "a/b"),
        lambda: files.open("a/b"),
        lambda: files.size("a/b"),
        lambda: files.delete("a/b"),
        files.ping,
    ):
        with pytest.raises(StorageAway):
            ask()


def test_a_key_that_is_wrong_is_no_missing_file(bucket, settings):
    settings.MEDIA_PIPELINE_BUCKET = {**bucket, "secret_key": "another"}
    with pytest.raises(StorageAway):
        store().open("a/b")
