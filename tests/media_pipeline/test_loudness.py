"""Quiet, loud and silent recordings come out as loud as they should, measured again on what was written."""

import re
import subprocess

import pytest

from media_pipeline.encoding.playlists import read_track
from media_pipeline.measuring import loudness, measures
from media_pipeline.measuring.loudness import Sound
from media_pipeline.preparation import prepare
from media_pipeline.probing.sources import probe
from media_pipeline.programs import tools
from media_pipeline.programs.running import Unwatched

# Syllables, breaths and consonants: a noise that swells four times a second, with a pause every third second.
VOICE = "'{level}*(random(0)-0.5)*pow(sin(2*PI*2*t),2)*gt(mod(t,3),0.7)':s=48000:d={seconds}"
CLAP = "'({level}*(random(0)-0.5)+gt(0.01,mod(t,2))*0.8*sin(2*PI*900*t))':s=48000:d={seconds}"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    return path


def recording(clips, name, expression, level, seconds=6):
    """A tiny picture with the sound that ``expression`` gives."""
    path = clips.folder / name
    if not path.exists():
        picture = f"testsrc2=size=64x48:rate=10:duration={seconds}"
        sound = "aevalsrc=" + expression.format(level=level, seconds=seconds)
        coded = [
            "-af",
            "lowpass=f=1500,lowpass=f=3000",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "pcm_s16le",
            "-f",
            "mov",
        ]
        clips.run("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *coded, path)
    return path


def published(folder):
    """Loudness in LUFS and true peak in dBTP of the sound a player gets."""
    command = [tools.find_ffmpeg(), "-hide_banner", "-nostats", "-i", folder / "audio" / "index.m3u8"]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :]
    peak = re.search(r"Peak:\s+(\S+) dBFS", summary)[1]
    return float(re.search(r"I:\s+(\S+) LUFS", summary)[1]), float(peak)


@pytest.mark.parametrize(
    ("name", "expression", "level"),
    [
        ("far-away", VOICE, 0.3),
        ("quiet", VOICE, 1),
        ("loud", VOICE, 9),
        ("quiet-with-claps", CLAP, 0.4),
    ],
)
def test_every_voice_comes_out_equally_loud_with_room_for_its_peaks(clips, folder, name, expression, level):
    prepared = prepare(recording(clips, f"{name}.mov", expression, level), folder)
    integrated, peak = published(folder)
    assert integrated == pytest.approx(-16, abs=1)
    assert peak <= -1.5
    assert prepared.sound.as_json()["gain_db"] == pytest.approx(prepared.sound.gain, abs=0.1)
    assert not (folder / "sound.txt").exists()


def test_soft_stays_softer_than_loud(clips, folder):
    """One steady gain: the same distance between a murmur and a call as in the room."""
    voice = "'{level}*sin(2*PI*500*t)*if(gt(mod(t,4),2),1,0.2)':s=48000:d={seconds}"
    prepare(recording(clips, "near-and-far.mov", voice, 0.1, seconds=8), folder)
    source = probe(folder / "video.mp4")
    options = {"folder": folder, "seconds": 60, "watch": Unwatched()}
    again = loudness.measure(tools.find_ffmpeg(), folder / "video.mp4", source, **options)
    levels = {row["at_ms"]: row["r128.M"] for row in again.sound.rows}
    assert levels[3500] - levels[1500] == pytest.approx(14, abs=0.5)


@pytest.mark.parametrize("level", [0, 0.002])
def test_silence_and_a_quiet_room_are_not_raised(clips, folder, level):
    prepared = prepare(recording(clips, f"silent-{level}.mov", VOICE, level), folder)
    assert prepared.sound.gain == 0
    assert published(folder)[0] <= -50


def test_no_sound_is_fine(clips, folder):
    prepared = prepare(clips.silent(), folder)
    assert prepared.sound is None
    assert "audio" not in (folder / "master.m3u8").read_text()


def test_the_sound_alone_is_a_rendition_for_a_weak_line(clips, folder):
    prepare(recording(clips, "loud.mov", VOICE, 9), folder)
    lines = (folder / "master.m3u8").read_text().splitlines()
    said, address = lines[-2:]
    track = read_track(folder / "audio", "index.m3u8")
    assert address == "audio/index.m3u8"
    assert "RESOLUTION" not in said
    assert said.endswith('CODECS="mp4a.40.2",AUDIO="sound"')
    assert int(re.search(r":BANDWIDTH=(\d+)", said)[1]) == track.peak <= 192_000
    assert lines.index(said) > max(n for n, line in enumerate(lines) if "RESOLUTION" in line)


@pytest.mark.parametrize(
    ("integrated", "peak", "gain", "limited"),
    [(-16, -6, 0, False), (-30, -20, 14, False), (-30, -10, 14, True), (-45, -30, 24, False), (-60, -20, 0, False)],
)
def test_the_gain_is_steady_bounded_and_limited_only_where_it_must_be(integrated, peak, gain, limited):
    sound = Sound(integrated=integrated, true_peak=peak)
    assert (sound.gain, sound.needs_limit) == (gain, limited)


def test_numbers_that_were_cut_off_or_are_words_are_left_out(tmp_path):
    path = tmp_path / "rows.txt"
    path.write_text("frame:0    pts:0 pts_time:0\nlavfi.r128.I=-20.5\nlavfi.x=no\nframe:1 pts:9 pts_time:0.1\nlavfi.r1")
    assert measures.read(path) == [{"at_ms": 0, "r128.I": -20.5}, {"at_ms": 100}]
    assert measures.read(tmp_path / "nothing.txt") == []
