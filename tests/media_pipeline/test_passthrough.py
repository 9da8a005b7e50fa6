"""The largest rendition is the source itself where that fits, and players can still change between all of them."""

import itertools
import re

import pytest

from media_pipeline.encoding.ladder import ladder, output_rate
from media_pipeline.encoding.passthrough import key_frames, may_fit
from media_pipeline.encoding.playlists import read_track
from media_pipeline.encoding.presets import Preset
from media_pipeline.preparation import make_plan, prepare
from media_pipeline.probing.sources import probe
from media_pipeline.programs import running, tools
from tests.media_pipeline.conftest import ffprobe

FITS = ["-g", "48", "-keyint_min", "48", "-sc_threshold", "0", "-crf", "38", "-colorspace", "bt709", "-c:a", "aac"]
FITTING = {"size": "640x360", "seconds": "9"}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    return path


def moments_of(folder):
    """When each segment's pictures are shown: all, and the key pictures among them."""
    track = read_track(folder, "index.m3u8")
    shown, keys = [], []
    for name in track.segments:
        part = folder / f"alone-{name}.mp4"
        part.write_bytes((folder / track.init).read_bytes() + (folder / name).read_bytes())
        packets = re.findall(r"pts_time=([\d.]+)\nflags=(K?)", ffprobe(part, "packet=pts_time,flags"))
        shown.append(sorted(float(moment) for moment, _key in packets))
        keys.append([float(moment) for moment, key in packets if key])
    return track, shown, keys


@pytest.mark.parametrize("b_frames", ["0", "2"])
def test_a_source_that_fits_is_copied_and_every_rendition_is_cut_with_it(clips, folder, b_frames):
    clip = clips.make(f"fits-{b_frames}.mp4", *FITS, "-bf", b_frames, **FITTING)
    prepared = prepare(clip, folder)
    assert [(r["name"], r["copied"]) for r in prepared.package.renditions] == [("360p", True), ("240p", False)]
    assert prepared.is_complete
    (copied, shown, keys), (made, made_shown, made_keys) = (moments_of(folder / name) for name in ("360p", "240p"))
    assert copied.durations == made.durations == pytest.approx([4.8, 3.2, 1.0], abs=0.001)
    assert shown == made_shown
    assert keys == made_keys
    assert all(segment[0] == moments[0] for segment, moments in zip(keys, shown, strict=True))
    together = list(itertools.chain(*keys))
    assert all(b - a == pytest.approx(1.6, abs=0.001) for a, b in itertools.pairwise(together))


def test_what_was_copied_is_what_was_sent_without_what_the_phone_noted(clips, folder):
    clip = clips.make("fits-2.mp4", *FITS, "-bf", "2", **FITTING)
    assert b"x264 - core" in clip.read_bytes()  # a note beside the pictures, as a phone may leave one
    prepare(clip, folder)
    files = [path for path in (folder / "360p").iterdir() if path.is_file()]
    assert not any(b"x264 - core" in path.read_bytes() for path in files)
    assert pictures_of(folder / "360p" / "index.m3u8") == pictures_of(clip)


def pictures_of(path):
    """The sum of all decoded pictures."""
    command = [tools.find_ffmpeg(), "-v", "error", "-i", path, "-map", "0:v", "-f", "md5", "-"]
    said = running.run(command, limits=running.Limits(seconds=60)).stdout
    assert said.startswith(b"MD5=")
    return said


def test_a_matroska_file_rounds_its_times_and_is_copied_all_the_same(clips, folder):
    clip = clips.folder / "fits.mkv"
    clips.run("-i", clips.make("fits-2.mp4", *FITS, "-bf", "2", **FITTING), "-an", "-c", "copy", clip)
    prepared = prepare(clip, folder)
    assert prepared.package.renditions[0]["copied"]
    tracks = [read_track(folder / name, "index.m3u8") for name in ("360p", "240p")]
    assert tracks[0].durations[:-1] == pytest.approx(tracks[1].durations[:-1], abs=0.0015)


X264 = ["-c:v", "libx264", "-preset", "ultrafast"]
UNFIT = {
    "rare-keys": {"options": ["-g", "90"]},
    "open-gop": {"options": ["-x264-params", "open-gop=1:keyint=48:min-keyint=48:scenecut=0:bframes=3"]},
    "heavy": {"options": ["-vf", "noise=alls=100:allf=t", "-crf", "10"]},
    "all-keys": {"options": ["-g", "1"]},
    "uneven": {"options": ["-vf", "select='not(eq(mod(n,30),7))'", "-fps_mode", "vfr", "-r", "30"]},
    "ten-bit": {"options": [], "codec": [*X264, "-pix_fmt", "yuv420p10le"]},
    "full-range": {"options": [], "codec": [*X264, "-pix_fmt", "yuvj420p"]},
    "wide-pixels": {"options": ["-vf", "setsar=4/3"]},
    "other-colours": {"options": ["-colorspace", "smpte170m"]},
    "no-rung": {"options": [], "size": "660x372"},
    "hevc": {"options": [], "codec": ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]},
}


def keys_of(path, folder, **preset):
    source = probe(path)
    plan = make_plan(source, tools.find_ffmpeg(), Preset(**preset))
    return key_frames(tools.find_ffmpeg(), path, plan, folder=folder, watch=running.Unwatched())


def test_the_key_pictures_of_a_fitting_source_are_found(clips, folder):
    clip = clips.make("fits-2.mp4", *FITS, "-bf", "2", **FITTING)
    assert keys_of(clip, folder) == [0, 48, 96, 144, 192, 240]
    assert not list(folder.iterdir())
    assert keys_of(clip, folder, side=240) == ()  # it is larger than what is wanted


@pytest.mark.parametrize("flaw", UNFIT)
def test_a_source_with_one_flaw_is_encoded(clips, folder, flaw):
    made = dict(UNFIT[flaw])
    options = FITS[:-2] + made.pop("options")
    clip = clips.make(f"unfit-{flaw}.mp4", *options, sound=False, **{"size": "640x360", "seconds": "5"} | made)
    assert keys_of(clip, folder) == ()


def test_a_turned_source_is_encoded(clips):
    clip = clips.folder / "fits-turned.mp4"
    fitting = clips.make("fits-2.mp4", *FITS, "-bf", "2", **FITTING)
    clips.run("-i", fitting, "-c", "copy", "-metadata:s:v", "rotate=90", clip)
    source = probe(clip)
    assert not may_fit(source, ladder(*source.upright)[0], output_rate(source.fps))
