"""The command line of the one ffmpeg that prepares a video: one decode, every output.

Built with ffmpeg-python, run by :mod:`media_pipeline.running`. Output paths are relative to the folder it runs in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline import loudness, probing, sampling
from media_pipeline.ladder import SEGMENT_SECONDS, Rendition, Storyboard, gop_frames
from media_pipeline.loudness import Sound
from media_pipeline.probing import Source

POSTERS = 8
AUDIO = "audio"
PLAYLIST = "index.m3u8"
# What a phone knows about where and when must not reach anybody: no metadata, no chapters.
ANONYMOUS = {"map_metadata": -1, "map_chapters": -1}
_TO_SDR = (
    ("zscale", {"t": "linear", "npl": 100}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


@dataclass(frozen=True)
class Plan:
    """Everything that decides the command line."""

    source: Source
    renditions: Sequence[Rendition]
    rate: Fraction
    storyboard: Storyboard
    preset: str
    crf: int
    threads: int
    most_seconds: int
    most_pixels: int
    filters: frozenset[str]
    sound: Sound | None = None


def command(program: Path, path: Path, plan: Plan) -> list[str]:
    """Return the whole command. ffmpeg-python puts global options last, where ffmpeg ignores them, so they go first."""
    globally = ["-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-stats_period", "0.5", "-y"]
    return [str(program), *globally, *ffmpeg.get_args(_outputs(path, plan))]


def _outputs(path: Path, plan: Plan) -> Any:
    source = ffmpeg.input(
        f"file:{path}",
        protocol_whitelist=probing.PROTOCOLS,
        format_whitelist=probing.FORMATS,
        max_pixels=plan.most_pixels,
        t=plan.most_seconds + 2,
    )
    pictures, top, lowest = _pictures(source, plan)
    audio = [_sound(source, plan)] if plan.source.audio_index is not None else []
    small = lowest.filter_multi_output("split", 2)
    every = max(1, round(plan.rate * (plan.source.duration_ms or 0) / 1000) // POSTERS)
    return ffmpeg.merge_outputs(
        ffmpeg.output(*pictures, *audio, f"%v/{PLAYLIST}", **_hls(plan)),
        _stills(top, "poster_%02d.jpg", every=every, count=POSTERS),
        _sprite(small[0], plan.storyboard),
        *sampling.outputs(small[1], rate=plan.rate, filters=plan.filters),
    )


def _pictures(source: Any, plan: Plan) -> tuple[list[Any], Any, Any]:
    """Scale down step by step; return the renditions, and a branch each of the largest and the smallest."""
    stream = source[str(plan.source.video_index)]
    if plan.source.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("fps", fps=str(plan.rate), start_time=0)
    pictures, top = [], None
    for number, rendition in enumerate(plan.renditions):
        stream = _scale(stream, rendition, plan) if number == 0 else _shrink(stream, rendition)
        is_last = number == len(plan.renditions) - 1
        branches = stream.filter_multi_output("split", 2 + (number == 0))
        pictures.append(branches[0])
        stream = branches[1]
        top = branches[2] if number == 0 else top
        if is_last:
            return pictures, top, stream
    raise ValueError("A ladder has at least one rendition.")


def _scale(stream: Any, rendition: Rendition, plan: Plan) -> Any:
    """Bring the source to the largest rendition: upright (ffmpeg turns it), square pixels, 8 bit, BT.709."""
    tone_map = plan.source.hdr and {"zscale", "tonemap"} <= plan.filters
    # The matrix of an untagged picture is guessed by its size, as players do.
    guessed = "bt709" if plan.source.height >= 720 else "bt601"
    stream = stream.filter(
        "scale",
        rendition.width,
        rendition.height,
        flags="bicubic",
        **(
            {}
            if tone_map
            else {
                "in_color_matrix": "auto" if plan.source.color_space else guessed,
                "out_color_matrix": "bt709",
                "out_range": "tv",
            }
        ),
    )
    for name, options in _TO_SDR if tone_map else ():
        stream = stream.filter(name, **options)
    return stream.filter("format", pix_fmts="yuv420p").filter("setsar", 1)


def _shrink(stream: Any, rendition: Rendition) -> Any:
    return stream.filter("scale", rendition.width, rendition.height, flags="bicubic").filter("setsar", 1)


def _sound(source: Any, plan: Plan) -> Any:
    """The first track that can be decoded, as loud as everything else here."""
    return loudness.adjusted(loudness.as_published(source[str(plan.source.audio_index)]), plan.sound)


def _hls(plan: Plan) -> dict[str, Any]:
    frames = gop_frames(plan.rate)
    has_sound = plan.source.audio_index is not None
    group = ",agroup:sound" if has_sound else ""
    variants = [f"v:{number}{group},name:{r.name}" for number, r in enumerate(plan.renditions)]
    options: dict[str, Any] = {
        "format": "hls",
        "hls_time": SEGMENT_SECONDS,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_segment_filename": "%v/seg_%05d.m4s",
        "c:v": "libx264",
        "preset": plan.preset,
        "crf": plan.crf,
        "profile:v": "high",
        "threads": plan.threads,
        "g": frames,
        "keyint_min": frames,
        "sc_threshold": 0,
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "color_range": "tv",
        **ANONYMOUS,
    }
    for number, rendition in enumerate(plan.renditions):
        options[f"maxrate:v:{number}"] = f"{rendition.most_kbits}k"
        options[f"bufsize:v:{number}"] = f"{2 * rendition.most_kbits}k"
    if has_sound:
        options |= {"c:a": "aac", "b:a": "96k", "ac": 2}
        variants.append(f"a:0,agroup:sound,name:{AUDIO}")
    return options | {"var_stream_map": " ".join(variants)}


def _jpeg(stream: Any) -> Any:
    return stream.filter("scale", out_range="pc").filter("format", pix_fmts="yuvj420p")


def _stills(stream: Any, name: str, *, every: int, count: int) -> Any:
    picked = stream.filter("select", f"not(mod(n,{every}))")
    return ffmpeg.output(
        _jpeg(picked), name, **{"c:v": "mjpeg", "q:v": 3, "fps_mode": "passthrough", "frames:v": count, **ANONYMOUS}
    )


def _sprite(stream: Any, board: Storyboard) -> Any:
    tiles = (
        stream.filter("select", f"not(mod(n,{board.every}))")
        .filter("scale", board.width, board.height)
        .filter("setsar", 1)
        .filter("tile", f"{board.columns}x{board.rows}")
    )
    once = {"c:v": "mjpeg", "q:v": 5, "fps_mode": "passthrough", "frames:v": 1, "update": 1}
    return ffmpeg.output(_jpeg(tiles), "storyboard.jpg", **once, **ANONYMOUS)


def remux_command(program: Path, picture: str, sound: str | None, target: str) -> list[str]:
    """Copy one rendition and the sound into a single MP4 that plays while it loads; nothing is encoded."""
    inputs = ["-i", f"file:{picture}"] + (["-i", f"file:{sound}"] if sound else [])
    maps = ["-map", "0:v:0"] + (["-map", "1:a:0"] if sound else [])
    options = ["-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"]
    return [str(program), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *inputs, *maps, *options, target]


def first_frames_command(program: Path, files: Sequence[str]) -> list[str]:
    """Decode the first picture of each file; ends with an error if one cannot be."""
    parts = [str(program), "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror"]
    for name in files:
        parts += ["-i", f"file:{name}"]
    for number in range(len(files)):
        parts += ["-map", f"{number}:v:0", "-frames:v", "1", "-f", "null", "-"]
    return parts


def length_command(program: Path, path: Path, stream: int) -> list[str]:
    """Read the packets of one stream without decoding them, to learn how long a recording is that does not say."""
    trusted = ["-protocol_whitelist", probing.PROTOCOLS, "-format_whitelist", probing.FORMATS]
    copy = ["-map", f"0:{stream}", "-c", "copy", "-f", "null", "-"]
    return [str(program), "-nostdin", "-v", "error", "-progress", "pipe:1", *trusted, "-i", f"file:{path}", *copy]
