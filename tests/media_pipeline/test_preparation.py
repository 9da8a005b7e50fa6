"""One ffmpeg makes everything, and what it made is checked: the status of the program proves nothing."""

import itertools
import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from media_pipeline import preparation, reasons
from media_pipeline.encoding import commands
from media_pipeline.encoding.playlists import read_track
from media_pipeline.encoding.presets import Preset
from media_pipeline.preparation import Failed, Refused, prepare
from media_pipeline.programs import tools
from tests.media_pipeline.conftest import BUNDLED, ffprobe


def master_lines(folder):
    return (folder / "master.m3u8").read_text().splitlines()


def test_a_plain_clip_becomes_a_ladder_with_everything_a_player_needs(prepared_plain):
    folder = prepared_plain.package.folder
    assert prepared_plain.is_complete
    assert sorted(path.name for path in folder.iterdir()) == [
        "240p", "audio", "master.m3u8", "poster.jpg", "still.webp", "storyboard.jpg", "storyboard.vtt", "video.mp4",
        "waveform.json",
    ]  # fmt: skip
    assert prepared_plain.package.duration_ms == pytest.approx(2000, abs=50)


def test_the_master_playlist_says_what_was_measured(prepared_plain):
    folder = prepared_plain.package.folder
    (line,) = [line for line in master_lines(folder) if "RESOLUTION" in line]
    said = dict(re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', line))
    picture, sound = (read_track(folder / name, "index.m3u8") for name in ("240p", "audio"))
    assert int(said["BANDWIDTH"]) == picture.peak + sound.peak
    assert int(said["AVERAGE-BANDWIDTH"]) <= int(said["BANDWIDTH"])
    assert said["RESOLUTION"] == "320x240"
    assert said["FRAME-RATE"] == "30.000"
    assert said["CODECS"] == '"avc1.64000d,mp4a.40.2"'
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in master_lines(folder)


def test_another_reader_can_play_the_whole_ladder(prepared_plain):
    said = ffprobe(prepared_plain.package.folder / "master.m3u8", "stream=codec_name:format=duration")
    assert {"codec_name=h264", "codec_name=aac"} <= set(said.split())


def test_the_real_clip_is_prepared(real_clip, folder):
    prepared = prepare(real_clip, folder)
    assert prepared.is_complete
    assert [r["name"] for r in prepared.package.renditions] == ["240p"]
    assert not (folder / "audio").exists()
    assert prepared.package.duration_ms == pytest.approx(10_000, abs=200)
    with Image.open(folder / "poster.jpg") as poster:
        assert poster.width == prepared.package.width
    with Image.open(folder / "still.webp") as still:
        assert max(still.size) <= 640
    assert (folder / "still.webp").stat().st_size < 40_000


def test_renditions_are_cut_at_the_same_moments(clips, folder):
    prepare(clips.make("wide.mp4", "-c:a", "aac", size="640x480", seconds="9", rate="24"), folder)
    tracks = [read_track(folder / name, "index.m3u8") for name in ("480p", "360p", "240p")]
    assert len(tracks[0].durations) == 3
    assert tracks[0].durations == tracks[1].durations == tracks[2].durations
    for track in tracks:
        packets = re.findall(
            r"pts_time=([\d.]+)\nflags=(K?)", ffprobe(track.folder / "index.m3u8", "packet=pts_time,flags")
        )
        keys = [float(moment) for moment, is_key in packets if is_key]
        assert [round(b - a, 2) for a, b in itertools.pairwise(keys)] == [2.0] * (len(keys) - 1)


def test_a_phone_clip_stands_upright_and_tells_nobody_where_it_was_made(clips, folder):
    assert b"48.8577" in clips.phone().read_bytes()
    prepared = prepare(clips.phone(), folder)
    assert (prepared.package.width, prepared.package.height) == (240, 320)
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"48.8577" not in content, path
            assert b"Phone" not in content, path
    said = ffprobe(folder / "video.mp4", "stream=width,height:stream_side_data=rotation")
    assert "rotation" not in said


@pytest.mark.parametrize("program", [None, BUNDLED], ids=["path", "bundled"])
@pytest.mark.parametrize("kind", ["phone", "silent"])
def test_the_bundled_ffmpeg_and_pyav_do_the_same_work(clips, folder, settings, program, kind):
    if program:
        settings.MEDIA_PIPELINE_FFMPEG = str(program)
        settings.MEDIA_PIPELINE_FFPROBE = "/nowhere/ffprobe"
    prepared = prepare(getattr(clips, kind)(), folder)
    assert prepared.is_complete
    assert (folder / "video.mp4").stat().st_size == prepared.package.mp4_bytes
    assert (folder / "audio").exists() == (kind == "phone")


def test_odd_sizes_skipped_pictures_and_wide_pixels_come_out_even_and_steady(clips, folder):
    odd = clips.make(
        "mixed.mp4", "-vf", "select='mod(n,3)',setsar=4/3", "-fps_mode", "vfr", size="321x243", seconds="3",
        codec=["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"],
    )  # fmt: skip
    prepared = prepare(odd, folder)
    assert (prepared.package.width % 2, prepared.package.height % 2) == (0, 0)
    assert prepared.package.width == pytest.approx(428 * 240 / 243, abs=2)
    said = ffprobe(folder / "240p" / "index.m3u8", "stream=pix_fmt,sample_aspect_ratio,r_frame_rate,profile")
    assert {"pix_fmt=yuv420p", "sample_aspect_ratio=1:1", "r_frame_rate=20/1", "profile=High"} <= set(said.split())


def test_a_bright_hdr_clip_becomes_an_ordinary_one(clips, folder):
    hdr = clips.make(
        "hdr-sound.mp4", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc",
        codec=["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"], seconds="1",
    )  # fmt: skip
    prepare(hdr, folder)
    said = set(ffprobe(folder / "video.mp4", "stream=pix_fmt,color_transfer,color_space").split())
    assert {"pix_fmt=yuv420p", "color_transfer=bt709", "color_space=bt709"} <= said


def test_a_recording_that_does_not_say_its_length_is_measured(clips, folder):
    live = clips.folder / "live.webm"
    clip = clips.make(
        "clip2.webm", "-live", "1", "-f", "webm", codec=["-c:v", "libvpx", "-c:a", "libopus"], seconds="2"
    )
    with clip.open("rb") as source:
        program = [tools.find_ffmpeg(), "-v", "error", "-i", "pipe:0", "-c", "copy", "-f", "webm", "pipe:1"]
        live.write_bytes(subprocess.run(program, stdin=source, capture_output=True, check=True).stdout)
    prepared = prepare(live, folder)
    assert prepared.source.duration_ms == pytest.approx(2000, abs=100)
    assert prepared.is_complete


def test_a_video_longer_than_it_says_is_still_refused(clips, folder, settings, monkeypatch):
    settings.MEDIA_PIPELINE_MAX_SECONDS = 1
    monkeypatch.setattr(preparation, "admit", lambda source: None)
    with pytest.raises(Refused) as refused:
        prepare(clips.plain(), folder)
    assert refused.value.reason == reasons.TOO_LONG


def test_one_picture_is_a_video_too(clips, folder):
    one = clips.make("one.mp4", "-frames:v", "1", sound=False)
    assert prepare(one, folder).is_complete


def test_storyboard_cues_follow_each_other_inside_the_sprite(prepared_plain):
    folder = prepared_plain.package.folder
    with Image.open(folder / "storyboard.jpg") as sprite:
        width, height = sprite.size
    text = (folder / "storyboard.vtt").read_text()
    cues = re.findall(r"(\S+) --> (\S+)\nstoryboard.jpg#xywh=(\d+),(\d+),(\d+),(\d+)", text)
    assert cues[0][0] == "00:00:00.000"
    assert all(earlier[1] == later[0] for earlier, later in itertools.pairwise(cues))
    assert all(int(x) + int(w) <= width and int(y) + int(h) <= height for _a, _b, x, y, w, h in cues)


def test_no_ffmpeg_is_one_sentence_with_the_command_that_mends_it(settings, folder, clips):
    path = clips.plain()
    settings.MEDIA_PIPELINE_FFMPEG = "/nowhere/ffmpeg"
    with pytest.raises(tools.FFmpegMissing, match="FFMPEG"):
        tools.find_ffmpeg()
    with pytest.raises(Failed) as failed:
        prepare(path, folder)
    assert (failed.value.reason, failed.value.retry) == (reasons.NO_FFMPEG, False)


def test_without_ffmpeg_on_the_path_the_bundled_one_is_used(settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert tools.find_ffmpeg() == BUNDLED
    assert tools.find_ffprobe() is None


def test_the_poster_is_the_sharp_bright_picture(tmp_path):
    from media_pipeline.encoding.posters import best_poster

    sharp = Image.effect_noise((160, 120), 90).convert("RGB")
    pictures = {
        "black": Image.new("RGB", (160, 120)),
        "blurred": sharp.resize((8, 6)).resize((160, 120)),
        "sharp": sharp,
    }
    paths = []
    for name, picture in pictures.items():
        paths.append(tmp_path / f"{name}.jpg")
        picture.save(paths[-1])
    assert best_poster(paths).stem == "sharp"


def test_few_pictures_are_held_at_a_time(prepared_plain, clips):
    plan = preparation.make_plan(prepared_plain.source, tools.find_ffmpeg(), Preset())
    words = commands.encoding_command(Path("ffmpeg"), clips.plain(), plan)
    assert "sliced-threads=1" in words[words.index("-x264-params:v:0") + 1]
    assert words[words.index("-x264-params") + 1] == "sync-lookahead=0"
    assert words[words.index("-threads") + 1] == "1"
    assert words.index("-threads") < words.index("-i")


def test_the_command_names_no_network_and_no_other_format(prepared_plain, clips):
    plan = preparation.make_plan(prepared_plain.source, tools.find_ffmpeg(), Preset())
    words = commands.encoding_command(Path("ffmpeg"), clips.plain(), plan)
    before_input = words[: words.index("-i")]
    assert before_input[before_input.index("-protocol_whitelist") + 1] == "file"
    assert "mov" in before_input[before_input.index("-format_whitelist") + 1]
    assert words[words.index("-i") + 1].startswith("file:/")
    assert words.count("-i") == 1
