"""Odd files as people and phones send them, all made by ffmpeg: one second each, and small.

``WRITTEN`` is made by one ffmpeg from common inputs; ``CHANGED`` are made of those by cutting, spoiling or renaming.
Each name leads to the states a file may end in.
"""

import random
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from media_pipeline.programs import tools

READY, REFUSED = {"ready"}, {"refused"}
KEPT = {"ready", "incomplete"}
EITHER = KEPT | REFUSED  # what is left of a spoilt file depends on where it is spoilt

_INPUTS = {
    "0": "testsrc2=size=192x144:rate=25:duration=1",
    "1": "sine=frequency=440:sample_rate=48000:duration=1",
    "2": "aevalsrc=0.1*sin(440*t)|0.1*sin(550*t)|0.1*sin(660*t)|0.1*sin(50*t)|0.1*sin(770*t)|0.1*sin(880*t)"
    ":channel_layout=5.1:sample_rate=48000:duration=1",
    "3": "testsrc2=size=192x144:rate=120:duration=1",
}
_BOTH, _PICTURE, _SURROUND = "-map 0 -map 1", "-map 0", "-map 0 -map 2"
_X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
_X265 = "-c:v libx265 -preset ultrafast -x265-params log-level=error"
_HDR = f"{_X265} -pix_fmt yuv420p10le -tag:v hvc1 -color_primaries bt2020 -colorspace bt2020nc"

# name → options of the output, and the states it may end in
WRITTEN: Mapping[str, tuple[str, set[str]]] = {
    # what phones and cameras write
    "phone.mp4": (f"{_BOTH} {_X264} -c:a aac -movflags +faststart", READY),
    "iphone-hevc.mov": (f"{_BOTH} {_X265} -pix_fmt yuv420p -tag:v hvc1 -c:a aac", READY),
    "hdr-pq-10bit.mp4": (f"{_BOTH} {_HDR} -color_trc smpte2084 -c:a aac", READY),
    "hdr-hlg-10bit.mov": (f"{_BOTH} {_HDR} -color_trc arib-std-b67 -c:a aac", READY),
    "old-phone.3gp": ("-map 0 -map 1 -c:v h263 -s 176x144 -c:a aac -ar 8000 -ac 1", READY),
    "prores.mov": (f"{_BOTH} -c:v prores_ks -profile:v 0 -c:a pcm_s16le", READY),
    "camera-mjpeg.avi": (f"{_BOTH} -c:v mjpeg -pix_fmt yuvj422p -c:a pcm_s16le", READY),
    "camera-mjpeg.mov": (f"{_BOTH} -c:v mjpeg -pix_fmt yuvj420p -c:a pcm_mulaw -ar 8000 -ac 1", READY),
    "camcorder.mts": (f"{_BOTH} {_X264} -c:a ac3 -f mpegts -mpegts_m2ts_mode 1", READY),
    "broadcast.ts": (f"{_BOTH} -c:v mpeg2video -c:a mp2", READY),
    "dvd.vob": (f"{_BOTH} -c:v mpeg2video -c:a ac3 -f dvd", READY),
    "video-cd.mpg": (f"{_BOTH} -c:v mpeg1video -c:a mp2 -ar 44100", READY),
    # what recorders in browsers and programs on a computer write
    "browser-vp8.webm": (f"{_BOTH} -c:v libvpx -deadline realtime -cpu-used 8 -c:a libvorbis", READY),
    "browser-vp9.webm": (f"{_BOTH} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus", READY),
    "see-through-vp9.webm": (f"{_PICTURE} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuva420p", READY),
    "av1.mp4": (f"{_BOTH} -c:v libaom-av1 -cpu-used 8 -usage realtime -row-mt 0 -c:a libopus", READY),
    "screen.mkv": (f"{_BOTH} -c:v libx264rgb -preset ultrafast -c:a flac", READY),
    "screen-png.mov": (f"{_PICTURE} -c:v png -r 5", READY),
    "lossless.mkv": (f"{_BOTH} -c:v ffv1 -c:a pcm_s24le", READY),
    "xvid.avi": (f"{_BOTH} -c:v mpeg4 -vtag XVID -c:a libmp3lame", READY),
    "divx3.avi": (f"{_BOTH} -c:v msmpeg4 -c:a libmp3lame", READY),
    "movie-maker.wmv": (f"{_BOTH} -c:v wmv2 -c:a wmav2", READY),
    "stream.flv": (f"{_BOTH} -c:v flv -c:a libmp3lame -ar 44100", READY),
    "stream-h264.flv": (f"{_BOTH} {_X264} -c:a aac", READY),
    "free.ogv": (f"{_BOTH} -c:v libtheora -c:a libvorbis", READY),
    "pieces.mp4": (f"{_BOTH} {_X264} -c:a aac -movflags frag_keyframe+empty_moov", READY),
    "old-quicktime.mov": (f"{_BOTH} -c:v svq1 -pix_fmt yuv410p -c:a adpcm_ima_qt", READY),
    # odd sound
    "silent.mp4": (f"{_PICTURE} {_X264}", READY),
    "surround.mp4": (f"{_SURROUND} {_X264} -c:a aac -b:a 192k", READY),
    "mono-8khz.mp4": (f"{_BOTH} {_X264} -c:a aac -ar 8000 -ac 1", READY),
    "late-sound.mp4": (f"{_BOTH} {_X264} -af adelay=400:all=1,atrim=0:2 -c:a aac", READY),
    "two-sounds.mkv": (f"{_BOTH} -map 2 {_X264} -c:a aac", READY),
    # odd pictures
    "portrait.mp4": (f"{_BOTH} {_X264} -vf transpose -c:a aac", READY),
    "square.mp4": (f"{_BOTH} {_X264} -vf crop=144:144 -c:a aac", READY),
    "odd-size.mp4": (f"{_PICTURE} -c:v libx264 -preset ultrafast -pix_fmt yuv444p -vf scale=161:121", READY),
    "wide-pixels.mp4": (f"{_PICTURE} {_X264} -vf setsar=64/45", READY),
    "strip.mp4": (f"{_PICTURE} {_X264} -vf scale=640:16", READY),
    "grey-12bit.mkv": (f"{_PICTURE} -c:v ffv1 -pix_fmt gray12le", READY),
    "fields-top.ts": (f"{_BOTH} -c:v mpeg2video -flags +ilme+ildct -top 1 -c:a mp2", READY),
    "fields-bottom.mov": (f"{_PICTURE} -c:v prores_ks -flags +ilme+ildct -top 0", READY),
    # odd clocks
    "one-picture.mp4": (f"{_PICTURE} {_X264} -frames:v 1", READY),
    "half-a-second.mp4": (f"{_BOTH} {_X264} -c:a aac -t 0.5", READY),
    "variable-rate.mp4": (f"{_BOTH} {_X264} -vf select='mod(n\\,7)*mod(n\\,3)' -fps_mode vfr -c:a aac", READY),
    "one-a-second.mkv": (f"{_PICTURE} {_X264} -r 1", READY),
    "high-speed.mp4": (f"-map 3 {_X264}", READY),
    "slow-motion-240.mp4": (f"-map 3 {_X264} -r 240", REFUSED),
    # what is no video, or none we take
    "sound.m4a": ("-map 1 -c:a aac", REFUSED),
    "sound.mp3": ("-map 1 -c:a libmp3lame", REFUSED),
    "voice.wav": ("-map 1", REFUSED),
    "moving.gif": ("-map 0", REFUSED),
    "moving.webp": ("-map 0 -c:v libwebp_anim", REFUSED),
    "still.jpg": ("-map 0 -frames:v 1 -update 1", REFUSED),
    "still.png": ("-map 0 -frames:v 1 -update 1", REFUSED),
    "raw.h264": (f"{_PICTURE} {_X264} -f h264", REFUSED),
    "raw.y4m": ("-map 0 -frames:v 3 -pix_fmt yuv420p", REFUSED),
    "professional.mxf": (f"{_PICTURE} -c:v mpeg2video", REFUSED),
    "camcorder.dv": ("-map 0 -map 1 -c:v dvvideo -s 720x576 -pix_fmt yuv420p -frames:v 2 -ar 48000 -ac 2", REFUSED),
    "flash.swf": ("-map 0 -c:v flv", REFUSED),
}


def _most(data: bytes) -> bytes:
    """What arrived before the line broke."""
    return data[: len(data) * 4 // 5]


def _spoilt(data: bytes) -> bytes:
    """The same file with every thousandth byte after its head another one, the same ones each time."""
    chance, changed = random.Random(7), bytearray(data)
    for at in range(4096, len(changed), 1000):
        changed[at] ^= 1 + chance.randrange(255)
    return bytes(changed)


def _second_sound_unknown(data: bytes) -> bytes:
    """Give the first sound track the four letters of Apple's spatial sound, which ffmpeg cannot decode."""
    changed = bytearray(data)
    for known, unknown in ((b"mp4a", b"apac"), (b"esds", b"dapa")):
        at = changed.index(known)
        changed[at : at + 4] = unknown
    return bytes(changed)


def _same(data: bytes) -> bytes:
    return data


# name → what it is made of, how, and the states it may end in
CHANGED: Mapping[str, tuple[str, Callable[[bytes], bytes], set[str]]] = {
    "💃🏽 my film (1) 我的视频.mp4": ("phone.mp4", _same, READY),
    "-i %03d 'quoted' \"twice\": [0:v];.mp4": ("phone.mp4", _same, READY),
    "no-ending": ("phone.mp4", _same, READY),
    "mkv-called.mp4": ("screen.mkv", _same, READY),
    "mp4-called.jpg": ("phone.mp4", _same, READY),
    "avi-called.m3u8": ("xvid.avi", _same, READY),
    "cut.mp4": ("phone.mp4", _most, KEPT),
    "cut-without-index.mov": ("iphone-hevc.mov", _most, REFUSED),
    "cut.ts": ("broadcast.ts", _most, KEPT),
    "cut.mkv": ("screen.mkv", _most, KEPT),
    "cut.avi": ("xvid.avi", _most, EITHER),
    "cut.webm": ("browser-vp9.webm", _most, EITHER),
    "spoilt.mp4": ("phone.mp4", _spoilt, EITHER),
    "spoilt.webm": ("browser-vp8.webm", _spoilt, EITHER),
    "first-sound-unknown.mp4": ("two-sounds.mp4", _second_sound_unknown, READY),
}

# name → the options of a copy of phone.mp4; all of them can be prepared
COPIED: Mapping[str, list[str]] = {
    "two-sounds.mp4": ["-map", "0:v", "-map", "0:a", "-map", "0:a"],
    "turned-90.mov": ["-metadata:s:v", "rotate=90"],
    "turned-180.mp4": ["-metadata:s:v", "rotate=180"],
    "turned-270.mp4": ["-metadata:s:v", "rotate=270"],
    "starts-late.mp4": ["-output_ts_offset", "5"],
    "cover-and-title.mp4": ["-metadata", "title=Mum's 🎬", "-metadata", "location=+48.8577+002.2950/"],
}


def make(folder: Path) -> dict[Path, set[str]]:
    """Write the whole corpus into ``folder``; return each file with the states it may end in."""
    _written(folder)
    phone = folder / "phone.mp4"
    for name, options in COPIED.items():
        _ffmpeg("-i", phone, "-c", "copy", *options, folder / name)
    expected = {folder / name: states for name, (_options, states) in WRITTEN.items()}
    expected |= {folder / name: READY for name in COPIED}
    for name, (origin, change, states) in CHANGED.items():
        path = folder / name
        path.write_bytes(change((folder / origin).read_bytes()))
        expected[path] = states
    return expected


def _written(folder: Path) -> None:
    inputs = [word for graph in _INPUTS.values() for word in ("-f", "lavfi", "-i", graph)]
    outputs: list[str | Path] = []
    for name, (options, _states) in WRITTEN.items():
        outputs += [*(word.replace("'", "") for word in options.split()), folder / name]
    _ffmpeg(*inputs, *outputs)


def _ffmpeg(*arguments: str | Path) -> None:
    command = [tools.find_ffmpeg(), "-hide_banner", "-v", "error", "-nostdin", "-y", "-strict", "-1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
