"""What a file is, found out without trusting it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from media_pipeline import preparation, reasons
from media_pipeline.probing import sources
from media_pipeline.probing.sources import probe
from media_pipeline.programs.running import Limits
from media_pipeline.reasons import Failed, Refused


@pytest.fixture(params=["ffprobe", "pyav"])
def prober(request, settings):
    """Both ways to probe, one after the other."""
    if request.param == "pyav":
        settings.MEDIA_PIPELINE_FFPROBE = "/nowhere/ffprobe"
    return request.param


def reason_for(path):
    with pytest.raises(Refused) as refused:
        preparation.admit(probe(path))
    assert refused.value.message
    return refused.value.reason


def test_a_plain_clip_is_described(prober, clips):
    source = probe(clips.plain())
    assert (source.width, source.height, source.rotation) == (320, 240, 0)
    assert source.duration_ms == pytest.approx(2000, abs=60)
    assert source.fps == 30
    assert (source.video_codec, source.audio_codec) == ("h264", "aac")


def test_a_turned_phone_is_seen_upright(prober, clips):
    assert probe(clips.phone()).upright == (240, 320)


def test_both_probers_say_the_same_of_every_clip(clips, settings):
    odd = clips.make("odd.mp4", size="321x241", codec=["-c:v", "libx264", "-pix_fmt", "yuv444p"], sound=False)
    wide_pixels = clips.make("wide-pixels.mp4", "-vf", "setsar=4/3")
    webm = clips.make("clip.webm", codec=["-c:v", "libvpx", "-c:a", "libopus"], seconds="1")
    interlaced = clips.make("fields.ts", "-flags", "+ilme+ildct", codec=["-c:v", "mpeg2video"], rate="25", seconds="1")
    hdr = clips.make(
        "hdr.mp4", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc",
        codec=["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"], seconds="1",
    )  # fmt: skip
    for path in (clips.plain(), clips.phone(), clips.silent(), odd, wide_pixels, webm, interlaced, hdr):
        settings.MEDIA_PIPELINE_FFPROBE = ""
        by_ffprobe = replace(probe(path), profile="", level=0)  # what PyAV does not tell
        settings.MEDIA_PIPELINE_FFPROBE = "/nowhere/ffprobe"
        assert replace(probe(path), profile="", level=0) == by_ffprobe, path.name
    settings.MEDIA_PIPELINE_FFPROBE = ""
    assert probe(hdr).hdr
    assert probe(interlaced).interlaced
    assert probe(wide_pixels).upright == (427, 240)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", reasons.EMPTY),
        (b"\0" * 5000, reasons.EMPTY),
        (b"Dear diary, today I filmed the kitchen.\n" * 20, reasons.TEXT),
        ("今天我在厨房里拍了一段视频。".encode() * 200, reasons.TEXT),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n", reasons.PLAYLIST),
        (b"\xef\xbb\xbf\n#EXTM3U\n/etc/passwd\n", reasons.PLAYLIST),
        (b"ffconcat version 1.0\nfile plain.mp4\n", reasons.PLAYLIST),
        (b"<?xml version='1.0'?><MPD></MPD>", reasons.PLAYLIST),
        (b"PK\x03\x04" + b"\x07" * 400, reasons.ARCHIVE),
        (b"\xff\xd8\xff\xe0" + b"\x01" * 400, reasons.IMAGE),
        (b"\0\0\0\x18ftypheic" + b"\x01" * 400, reasons.IMAGE),
        (bytes(range(256)) * 40, reasons.NOT_A_VIDEO),
    ],
)
def test_what_is_no_video_is_refused_by_its_name(prober, tmp_path, content, reason):
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    assert reason_for(path) == reason


def test_a_playlist_behind_a_false_front_opens_no_other_file(prober, clips, tmp_path):
    """A concat script whose first line is no signature we know must still find no demuxer that opens it."""
    path = tmp_path / "video.mp4"
    path.write_bytes(f"\x01\x02\nffconcat version 1.0\nfile {clips.plain()}\n".encode())
    assert reason_for(path) == reasons.NOT_A_VIDEO


def test_sound_alone_is_refused(prober, clips):
    path = clips.folder / "sound.m4a"
    clips.run("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", path)
    assert reason_for(path) == reasons.AUDIO_ONLY


def test_a_picture_on_a_song_is_no_video(prober, clips):
    sound, song = clips.folder / "tone.m4a", clips.folder / "song.m4a"
    cover = clips.folder / "cover.png"
    clips.run("-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1", cover)
    clips.run("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", sound)
    clips.run("-i", sound, "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "attached_pic", song)
    assert reason_for(song) == reasons.AUDIO_ONLY


def test_a_file_without_its_index_is_damaged(prober, clips, tmp_path):
    whole = clips.make("index-last.mp4", "-c:a", "aac").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    assert reason_for(path) == reasons.UNREADABLE


def test_too_long_too_big_and_too_fast_are_refused_by_name(clips, settings):
    settings.MEDIA_PIPELINE_MAX_SECONDS = 1
    assert reason_for(clips.plain()) == reasons.TOO_LONG
    settings.MEDIA_PIPELINE_MAX_SECONDS = 100
    settings.MEDIA_PIPELINE_MAX_BYTES = 1000
    assert reason_for(clips.plain()) == reasons.TOO_BIG
    settings.MEDIA_PIPELINE_MAX_BYTES = 10**9
    settings.MEDIA_PIPELINE_MAX_FPS = 20
    assert reason_for(clips.plain()) == reasons.TOO_FAST


def test_a_machine_too_busy_to_probe_is_our_trouble_and_not_the_videos(prober, clips, monkeypatch):
    monkeypatch.setattr(sources, "LIMITS", Limits(seconds=0))
    with pytest.raises(Failed) as failed:
        probe(clips.plain())
    assert (failed.value.reason, failed.value.retry) == (reasons.STALLED, True)


def test_uncompressed_sound_is_no_endless_index(prober, clips, settings):
    """QuickTime counts every sample of it as an entry."""
    settings.MEDIA_PIPELINE_MAX_SECONDS = 3
    assert probe(clips.make("pcm.mov", "-c:a", "pcm_s16le")).audio_codec == "pcm_s16le"


def test_a_track_that_cannot_be_decoded_is_passed_over(prober, clips):
    """Phones add a second, spatial track; only its four letters matter here."""
    path = clips.folder / "spatial.mp4"
    if not path.exists():
        two = clips.folder / "two.mp4"
        clips.run("-i", clips.plain(), "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy", two)
        data = bytearray(two.read_bytes())
        for known, unknown in ((b"mp4a", b"apac"), (b"esds", b"dapa")):
            at = data.index(known)
            data[at : at + 4] = unknown
        path.write_bytes(data)
    source = probe(path)
    assert source.audio_index == 2
    assert source.audio_codec == "aac"


def test_the_average_rate_of_a_phone_that_skips_pictures_is_used(prober, clips):
    path = clips.make("skips.mp4", "-vf", "select='mod(n,3)'", "-fps_mode", "vfr", sound=False, seconds="3")
    assert probe(path).fps == pytest.approx(Fraction(20), abs=0.5)
