"""Whatever a phone, a camera or an editor writes becomes the same plain H.264, upright, even and steady."""

import re
import subprocess

import pytest
from PIL import Image, ImageStat

from media_pipeline.encoding.playlists import read_track
from media_pipeline.encoding.presets import BadPreset, Preset, preset_for
from media_pipeline.preparation import prepare
from media_pipeline.programs import tools
from tests.media_pipeline.conftest import ffprobe

HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]
VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]
AV1 = ["-c:v", "libsvtav1", "-preset", "12"]
MADE_OF = {
    "hevc.mp4": [*HEVC, "-pix_fmt", "yuv420p", "-tag:v", "hvc1"],
    "hevc10.mov": [*HEVC, "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1"],
    "vp9.webm": [*VP9, "-pix_fmt", "yuv420p"],
    "av1.mp4": [*AV1, "-pix_fmt", "yuv420p"],
    "av1-10.mkv": [*AV1, "-pix_fmt", "yuv420p10le"],
    "h264-422-10.mp4": ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p10le"],
}
PLAIN = {"codec_name=h264", "profile=High", "pix_fmt=yuv420p", "sample_aspect_ratio=1:1", "r_frame_rate=30/1"}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    return path


@pytest.mark.parametrize("name", MADE_OF)
def test_modern_and_deep_codecs_come_out_plain(clips, folder, name):
    clip = clips.make(name, codec=MADE_OF[name], sound=False, seconds="1")
    assert prepare(clip, folder).is_complete
    said = ffprobe(folder / "240p" / "index.m3u8", "stream=codec_name,profile,pix_fmt,sample_aspect_ratio,r_frame_rate")
    assert set(said.split()) >= PLAIN


def combed(path):
    """How many pictures still show two moments at once, of how many."""
    command = [tools.find_ffmpeg(), "-hide_banner", "-i", path, "-vf", "idet", "-an", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    tff, bff, progressive, unknown = re.findall(
        r"Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+) Undetermined: *(\d+)", said
    )[-1]
    return int(tff) + int(bff), int(progressive) + int(unknown)


def test_interlaced_pictures_lose_their_combs(clips, folder):
    clip = clips.folder / "interlaced.mpg"
    woven = "tinterlace=interleave_top,fieldorder=tff"
    camera = ["-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ilme+ildct"]
    clips.run("-f", "lavfi", "-i", "mandelbrot=size=320x240:rate=50", "-t", "2", "-vf", woven, *camera, clip)
    combs, whole = combed(clip)
    assert combs > 10 * whole
    assert prepare(clip, folder).is_complete
    combs, whole = combed(folder / "video.mp4")
    assert whole > 10 * combs
    assert "r_frame_rate=25/1" in ffprobe(folder / "video.mp4", "stream=r_frame_rate")


def test_a_bright_hdr_picture_keeps_its_light(clips, folder):
    """White of an ordinary screen (203 of 10,000 nits in HLG or PQ, ITU-R BT.2408) must be neither grey nor lost."""
    white = clips.folder / "pq.mp4"
    tags = ["-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc"]
    half = "color=c=black:size=320x240:rate=30:duration=1,format=gray10le,geq=lum='64+(572-64)*gt(X,160)'"
    clips.run("-f", "lavfi", "-i", half, "-vf", "format=yuv420p10le", *tags, *HEVC, white)
    assert prepare(white, folder).source.hdr
    with Image.open(folder / "poster.jpg") as poster:
        bright, dark = (ImageStat.Stat(poster.crop(box).convert("L")).mean[0] for box in
                        ((180, 20, 300, 220), (20, 20, 140, 220)))  # fmt: skip
    assert 150 < bright <= 255
    assert dark < 20


def test_sixty_pictures_a_second_only_where_they_are_asked_for(clips, folder, tmp_path):
    clip = clips.make("fast.mp4", rate="60", sound=False)
    prepare(clip, folder)
    assert "r_frame_rate=30/1" in ffprobe(folder / "video.mp4", "stream=r_frame_rate")
    other = tmp_path / "sixty"
    other.mkdir()
    prepare(clip, other, preset=Preset(rate=60))
    assert "r_frame_rate=60/1" in ffprobe(other / "video.mp4", "stream=r_frame_rate")
    assert "FRAME-RATE=60.000" in (other / "master.m3u8").read_text()
    assert read_track(other / "240p", "index.m3u8").seconds == pytest.approx(2, abs=0.05)


def test_a_preset_decides_size_and_effort(clips, folder):
    clip = clips.make("full.mp4", size="1920x1080", seconds="0.2", sound=False)
    prepared = prepare(clip, folder, preset=Preset(side=1080, speed="ultrafast", crf=40))
    assert [r["name"] for r in prepared.package.renditions] == ["1080p", "720p", "480p", "360p", "240p"]


def test_each_use_has_the_preset_that_the_settings_give_it(settings):
    settings.MEDIA_PIPELINE_PRESETS = {"lesson": {"speed": "fast", "crf": "21", "side": "1080", "rate": "60"}}
    assert preset_for("lesson") == Preset(speed="fast", crf=21, side=1080, rate=60)
    assert preset_for("submission") == Preset()


@pytest.mark.parametrize(
    "wrong", [{"speed": "warp"}, {"crf": "60"}, {"side": "1081"}, {"rate": "0"}, {"crf": "low"}, {"colour": "red"}]
)
def test_a_preset_that_cannot_be_is_named_at_once(settings, wrong):
    settings.MEDIA_PIPELINE_PRESETS = {"lesson": wrong}
    with pytest.raises(BadPreset, match="lesson"):
        preset_for("lesson")


NOTES = {
    "location": "+48.8577+002.2950/", "location-eng": "+48.8577+002.2950/", "make": "Telefono", "model": "Uno",
    "com.apple.quicktime.location.ISO6709": "+48.8577+002.2950+035.000/", "creation_time": "2026-01-02T03:04:05Z",
    "com.android.version": "15", "artist": "Amina", "comment": "home", "title": "My kitchen",
}  # fmt: skip
STRUCTURE = {"major_brand", "minor_version", "compatible_brands", "encoder", "handler_name", "vendor_id", "language"}


@pytest.mark.parametrize("copied", [False, True])
def test_nothing_the_phone_noted_reaches_any_output(clips, folder, copied):
    clip = clips.folder / f"noted-{copied}.mov"
    fits = ["-crf", "38", "-g", "60", "-colorspace", "bt709", "-sc_threshold", "0"]
    size = {"size": "640x360", "seconds": "1"} if copied else {"size": "660x372", "seconds": "1"}
    plain = clips.make(f"unnoted-{copied}.mp4", *fits, "-c:a", "aac", **size)
    said = [part for key, value in NOTES.items() for part in ("-metadata", f"{key}={value}")]
    chapter = clips.folder / "chapter.txt"
    chapter.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=Telefono\n")
    streams = ["-metadata:s:v", "comment=Telefono", "-metadata:s:a", "title=Telefono"]
    clips.run("-i", plain, "-i", chapter, "-map", "0", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy", *said,
              *streams, "-movflags", "use_metadata_tags", clip)  # fmt: skip
    assert "Telefono" in ffprobe(clip, "format_tags:stream_tags")
    prepared = prepare(clip, folder)
    assert prepared.package.renditions[0]["copied"] is copied
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for value in ("48.8577", "Telefono", "Amina", "2026-01-02", "My kitchen"):
            assert value.encode() not in content, path
    for path in [folder / "video.mp4", folder / "master.m3u8", *folder.glob("*.jpg"), *folder.glob("*.webp")]:
        tags = re.findall(r"^TAG:([^=]+)=(.*)$", ffprobe(path, "format_tags:stream_tags:frame_tags"), re.MULTILINE)
        assert {key for key, _value in tags} <= STRUCTURE | {"variant_bitrate", "comment"}, path
    for path in [*folder.glob("*.jpg"), *folder.glob("*.webp")]:
        with Image.open(path) as picture:
            assert not picture.getexif(), path
