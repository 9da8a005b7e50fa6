"""What ffmpeg is told: above all by the one command that prepares a video, with one decode and every output.

Run by :mod:`media_pipeline.programs.running`. Output paths are relative to the folder it runs in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.encoding.ladder import SEGMENT_SECONDS, Rendition, Storyboard, gop_frames
from media_pipeline.encoding.presets import Preset
from media_pipeline.measuring import loudness, sampling
from media_pipeline.measuring.loudness import Sound
from media_pipeline.probing import sources
from media_pipeline.probing.sources import Source

POSTERS = 8
AUDIO = "audio"
PLAYLIST = "index.m3u8"
# What a phone knows about where and when must not reach anybody: no metadata, no chapters.
ANONYMOUS = {"map_metadata": -1, "map_chapters": -1}
# x264 looks ahead without holding more pictures than it must.
_FEW_PICTURES = "sync-lookahead=0"
_TO_SDR = (
    ("zscale", {"t": "linear", "npl": 100}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


# Of a copied picture only what is shown and what decodes it: slices (1 to 5) and parameter sets (7, 8). Other NAL units
# may hold a phone's own notes (ITU-T H.264, table 7-1).
_ONLY_PICTURES = "filter_units=pass_types=1-5+7-8"


@dataclass(frozen=True)
class Plan:
    """Everything that decides the command line.

    ``keys`` are the numbers of the source's own key pictures when its largest rendition is copied, else empty.
    """

    source: Source
    renditions: Sequence[Rendition]
    rate: Fraction
    storyboard: Storyboard
    preset: Preset
    threads: int
    most_seconds: int
    most_pixels: int
    filters: frozenset[str]
    sound: Sound | None = None
    keys: Sequence[int] = ()

    @property
    def tracks(self) -> list[str]:
        """The names of the folders that are written: one for each rendition, and one for the sound."""
        return [rendition.name for rendition in self.renditions] + [AUDIO] * (self.source.audio_index is not None)

    @property
    def copied(self) -> frozenset[str]:
        """The names of the renditions that are copied."""
        return frozenset({self.renditions[0].name} if self.keys else ())


def encoding_command(program: Path, path: Path, plan: Plan) -> list[str]:
    """Make everything that ``plan`` names of the file at ``path``.

    ffmpeg-python puts global options last, where ffmpeg ignores them, so they go first.
    """
    globally = ["-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-stats_period", "0.5", "-y"]
    return [str(program), *globally, *ffmpeg.get_args(_outputs(path, plan))]


def _outputs(path: Path, plan: Plan) -> Any:
    source = ffmpeg.input(
        f"file:{path}",
        protocol_whitelist=sources.PROTOCOLS,
        format_whitelist=sources.FORMATS,
        max_pixels=plan.most_pixels,
        t=plan.most_seconds + 2,
        threads=1,  # each more holds a picture of its own, and decoding is a tenth of the work
    )
    pictures, top, lowest = _pictures(source, plan)
    audio = [_sound(source, plan)] if plan.source.audio_index is not None else []
    small = lowest.filter_multi_output("split", 2)
    every = max(1, round(plan.rate * (plan.source.duration_ms or 0) / 1000) // POSTERS)
    return ffmpeg.merge_outputs(
        ffmpeg.output(*pictures, *audio, f"%v/{PLAYLIST}", **_hls(plan)),
        _stills(top, "poster_%02d.jpg", every=every, count=POSTERS),
        _tiles(small[0], plan.storyboard),
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
        branches = stream.filter_multi_output("split")  # into as many as are used
        is_copied = rendition.name in plan.copied
        pictures.append(source[str(plan.source.video_index)] if is_copied else branches[0])
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
        "hls_playlist_type": "event",  # written anew after each segment, so that it can be shown as it grows
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments+temp_file",
        "hls_segment_filename": "%v/seg_%05d.m4s",
        "c:v": "libx264",
        "preset": plan.preset.speed,
        "crf": plan.preset.crf,
        "threads": plan.threads,
        "x264-params": _FEW_PICTURES,
        "g": frames,
        "keyint_min": frames,
        "sc_threshold": 0,
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "color_range": "tv",
        **ANONYMOUS,
    }
    if plan.keys:
        moments = ",".join(f"{float(key / plan.rate):.6f}" for key in plan.keys)
        options |= {"c:v:0": "copy", "bsf:v:0": _ONLY_PICTURES, "keyint_min": 1, "force_key_frames:v": moments}
    for number, rendition in enumerate(plan.renditions):
        if rendition.name not in plan.copied:
            options[f"profile:v:{number}"] = "high"
            if number == 0:
                options["x264-params:v:0"] = f"{_FEW_PICTURES}:sliced-threads=1"  # threads share one of the large ones
        options[f"maxrate:v:{number}"] = f"{rendition.most_kbits}k"
        options[f"bufsize:v:{number}"] = f"{2 * rendition.most_kbits}k"
    if has_sound:
        options |= {"c:a": "aac", "b:a": "96k", "ac": 2}
        variants.append(f"a:0,agroup:sound,name:{AUDIO}")
    return options | {"var_stream_map": " ".join(variants)}


def _stills(stream: Any, name: str, *, every: int, count: int, size: tuple[int, int] | None = None) -> Any:
    """One file for each picture that is picked; only those are brought to ``size``."""
    picked = stream.filter("select", f"not(mod(n,{every}))")
    picked = picked.filter("scale", *size or (), out_range="pc").filter("setsar", 1)
    picked = picked.filter("format", pix_fmts="yuvj420p")
    options = {"c:v": "mjpeg", "threads": 1, "q:v": 3, "fps_mode": "passthrough", "frames:v": count}
    return ffmpeg.output(picked, name, **options, **ANONYMOUS)


def _tiles(stream: Any, board: Storyboard) -> Any:
    """The pictures of the storyboard, one file each.

    ffmpeg reports no progress before every output has begun, and its ``tile`` filter begins at the very end.
    """
    size = (board.width, board.height)
    return _stills(stream, "tile_%03d.jpg", every=board.every, count=board.count, size=size)


def closing_command(program: Path, firsts: Sequence[str], picture: str, sound: str | None, target: str) -> list[str]:
    """Decode the first picture of each of ``firsts``, and copy one rendition and the sound into a single MP4.

    The MP4 plays while it loads; nothing is encoded. Ends with an error if a picture cannot be decoded.
    """
    command = [str(program), "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-progress", "pipe:1", "-y"]
    for name in (*firsts, picture, *([sound] if sound else [])):
        command += ["-i", f"file:{name}"]
    for number in range(len(firsts)):
        command += ["-map", f"{number}:v:0", "-frames:v", "1", "-f", "null", "-"]
    command += ["-map", f"{len(firsts)}:v:0"] + (["-map", f"{len(firsts) + 1}:a:0"] if sound else [])
    return [*command, "-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", target]


def length_command(program: Path, path: Path, stream: int) -> list[str]:
    """Read the packets of one stream without decoding them, to learn how long a recording is that does not say."""
    trusted = ["-protocol_whitelist", sources.PROTOCOLS, "-format_whitelist", sources.FORMATS]
    copy = ["-map", f"0:{stream}", "-c", "copy", "-f", "null", "-"]
    return [str(program), "-nostdin", "-v", "error", "-progress", "pipe:1", *trusted, "-i", f"file:{path}", *copy]
