"""A voice alone is prepared where that is enough, with a plain picture; elsewhere it is refused as before."""

import subprocess

import pytest

from media_pipeline import jobs, reasons
from media_pipeline.preparation import prepare
from media_pipeline.probing.sources import probe
from media_pipeline.programs import tools
from media_pipeline.reasons import Refused


def voice(path, seconds, *codec):
    """A tone, in the container that the suffix names; piped, so that it does not say how long it is."""
    tone = ["-f", "lavfi", "-i", f"sine=frequency=300:duration={seconds}"]
    subprocess.run([tools.find_ffmpeg(), "-v", "error", "-y", *tone, *codec, str(path)], check=True)
    return path


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "outputs"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.webm", ["-c:a", "libopus", "-live", "1"]),
        ("a.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"]),
    ],
)
def test_a_voice_alone_becomes_a_film_with_a_plain_picture(tmp_path, folder, name, codec):
    path = voice(tmp_path / name, 3, *codec)
    done = prepare(path, folder, sound_is_enough=True, most_seconds=10)
    assert done.is_complete
    assert abs(done.package.duration_ms - 3000) < 400
    assert done.sound is not None
    film = probe(folder / "video.mp4")
    assert (film.video_codec, film.audio_codec) == ("h264", "aac")
    assert not (folder / "spoken.mp4").exists()


def test_a_voice_alone_is_refused_where_a_film_is_wanted(tmp_path, folder):
    with pytest.raises(Refused) as refused:
        prepare(voice(tmp_path / "a.webm", 1), folder)
    assert refused.value.reason == reasons.AUDIO_ONLY
    assert list(folder.iterdir()) == []


def test_one_that_is_too_long_is_refused(tmp_path, folder):
    with pytest.raises(Refused) as refused:
        prepare(voice(tmp_path / "a.webm", 8), folder, sound_is_enough=True, most_seconds=3)
    assert refused.value.reason == reasons.TOO_LONG


def test_only_an_answer_may_be_a_voice_alone(settings):
    settings.MEDIA_PIPELINE_ANSWER_SECONDS = 7
    assert jobs.limits_of("answer") == {"sound_is_enough": True, "most_seconds": 7}
    assert jobs.limits_of("submission") == jobs.limits_of("lesson") == {}
