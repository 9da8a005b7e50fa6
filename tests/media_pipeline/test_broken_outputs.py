"""What comes out damaged, short or not at all is noticed, called by its name, and never published."""

import re
import shutil
import sys
import time

import pytest
from PIL import Image

from media_pipeline import preparation, reasons
from media_pipeline.encoding import commands, packaging
from media_pipeline.encoding.playlists import BrokenOutput, read_track
from media_pipeline.encoding.presets import Preset
from media_pipeline.preparation import Failed, Refused, prepare
from media_pipeline.programs import running, tools


def test_a_video_that_was_cut_off_is_kept_and_called_incomplete(clips, folder, tmp_path):
    whole = clips.plain().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    prepared = prepare(path, folder)
    assert prepared.reason == reasons.CUT_OFF
    assert 500 < prepared.package.duration_ms < 1800


def test_a_video_of_which_nothing_arrived_is_refused(clips, folder, tmp_path):
    whole = clips.plain().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: whole.index(b"mdat") + 100])
    with pytest.raises(Refused) as refused:
        prepare(path, folder)
    assert refused.value.reason == reasons.UNREADABLE


def test_a_full_disk_is_our_trouble_and_is_tried_again(clips, folder, monkeypatch):
    """ffmpeg ends with status 0 on a full disk, with what it could write and a line about the rest."""
    really = preparation.run

    def run_out_of_room(command, **options):
        outcome = really(command, **options)
        if "-filter_complex" in command:
            next((folder / "240p").glob("seg_*")).write_bytes(b"")
            outcome.stderr = "av_interleaved_write_frame(): No space left on device"
        return outcome

    monkeypatch.setattr(preparation, "run", run_out_of_room)
    with pytest.raises(Failed) as failed:
        prepare(clips.plain(), folder)
    assert (failed.value.reason, failed.value.retry) == (reasons.DISK_FULL, True)


def test_an_encoder_that_writes_more_than_it_may_is_stopped(clips, folder, monkeypatch):
    monkeypatch.setattr(preparation, "_limits", lambda source: running.Limits(seconds=60, file_size=20_000))
    with pytest.raises(Failed) as failed:
        prepare(clips.plain(), folder)
    assert failed.value.reason == reasons.ENCODING


def test_an_encoder_that_stands_still_is_killed(clips, folder, monkeypatch):
    monkeypatch.setattr(preparation, "_limits", lambda source: running.Limits(seconds=60, stall=1))
    asleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(commands, "encoding_command", lambda *arguments: asleep)
    started = time.monotonic()
    with pytest.raises(Failed) as failed:
        prepare(clips.plain(), folder)
    assert (failed.value.reason, failed.value.retry) == (reasons.STALLED, True)
    assert time.monotonic() - started < 10


def test_a_program_that_works_for_nothing_is_killed_and_one_that_is_starved_is_not(monkeypatch):
    busy = [sys.executable, "-c", "while True: pass"]
    with pytest.raises(running.Hung):
        running.run(busy, limits=running.Limits(seconds=60, stall=1))
    monkeypatch.setattr(running._Stall, "_cpu", lambda stall: 0.1 * time.monotonic())  # it gets a tenth of a core
    late = [sys.executable, "-c", "import time; time.sleep(3); print('frame=1')"]
    assert running.run(late, limits=running.Limits(seconds=60, stall=1)).status == 0


@pytest.mark.parametrize("damage", ["segment", "empty", "playlist", "init", "end"])
def test_an_output_with_a_hole_is_never_published(prepared_plain, tmp_path, damage):
    folder = tmp_path / "240p"
    shutil.copytree(prepared_plain.package.folder / "240p", folder)
    playlist = folder / "index.m3u8"
    if damage == "segment":
        next(folder.glob("seg_*")).unlink()
    elif damage == "empty":
        next(folder.glob("seg_*")).write_bytes(b"")
    elif damage == "playlist":
        playlist.unlink()
    elif damage == "init":
        next(folder.glob("init*")).write_bytes(b"")
    else:
        playlist.write_text(playlist.read_text().replace("#EXT-X-ENDLIST\n", ""))
    with pytest.raises(BrokenOutput):
        read_track(folder, "index.m3u8")


def test_a_first_picture_that_cannot_be_decoded_is_noticed(prepared_plain, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(prepared_plain.package.folder, folder)
    segment = next((folder / "240p").glob("seg_*"))
    data = segment.read_bytes()
    start = data.index(b"mdat") + 4
    segment.write_bytes(data[:start] + b"\xff" * (len(data) - start))
    program = tools.find_ffmpeg()
    plan = preparation.make_plan(prepared_plain.source, program, Preset(), prepared_plain.sound)
    variants = [packaging.variant_of(folder, rendition) for rendition in plan.renditions]
    with pytest.raises(BrokenOutput, match="first picture"):
        packaging._one_file(folder, variants, None, plan, program, running.Unwatched())


def test_sound_that_stops_before_its_end_is_noticed(prepared_plain, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(prepared_plain.package.folder, folder)
    plan = preparation.make_plan(prepared_plain.source, tools.find_ffmpeg(), Preset(), prepared_plain.sound)
    assert packaging._sound(folder, plan).seconds == pytest.approx(2, abs=0.1)
    playlist = folder / "audio" / "index.m3u8"
    playlist.write_text(re.sub(r"#EXTINF:[\d.]+", "#EXTINF:1.2", playlist.read_text()))
    with pytest.raises(BrokenOutput, match="sound ends"):
        packaging._sound(folder, plan)


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_storyboard_that_is_not_whole_is_noticed(tmp_path, damage):
    board = preparation.ladder.Storyboard(every=60, count=3, columns=3, rows=1, width=160, height=90)
    for number in range(1, 4):
        Image.effect_noise((160, 90), 50).convert("RGB").save(tmp_path / f"tile_{number:03d}.jpg")
    last = tmp_path / "tile_003.jpg"
    if damage == "missing":
        last.unlink()
    else:
        last.write_bytes(last.read_bytes()[:-2000])
    with pytest.raises(BrokenOutput, match="storyboard"):
        packaging._make_sprite(tmp_path, board, least=3)
