"""Find out what a file is without trusting it: ffprobe, or PyAV in a child process, both under the same limits.

Both answer in ffprobe's JSON shape (https://ffmpeg.org/ffprobe.html), read by one function into a :class:`Source`.
"""

import json
import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings

from media_pipeline import reasons
from media_pipeline.probing.sniffing import LOOK_AT, Kind, sniff
from media_pipeline.programs import tools
from media_pipeline.programs.running import Limits, TimedOut, Watch, run
from media_pipeline.reasons import Failed, Refused

# Containers only: nothing that opens other files, nothing that is a list of pictures.
FORMATS = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg"
PROTOCOLS = "file"
# The greediest honest files, 4096×4096 in 10 bit, take 0.6 CPU seconds and, libraries included, 200 MB.
LIMITS = Limits(seconds=10, memory=220_000_000, cpu=5, file_size=1_000_000)
PYAV_CHILD = Path(__file__).with_name("probe_child.py")
_TOO_LARGE = "exceeds specified max pixel count"  # ffmpeg's words; it then says nothing of the size
_HDR = {"smpte2084", "arib-std-b67"}
_INTERLACED = {"tt", "bb", "tb", "bt"}
# An index of more entries than this is a trick to fill our memory: a few bytes can claim 268 million pictures.
_MOST_ENTRIES_A_SECOND = 1000


@dataclass(frozen=True)
class Source:
    """What was probed. Sizes are coded pixels, ``rotation`` is in degrees, ``fps`` the average."""

    format: str
    size_bytes: int
    duration_ms: int | None
    video_index: int
    video_codec: str
    width: int
    height: int
    rotation: int
    aspect: Fraction  # of one pixel
    fps: Fraction
    pixel_format: str
    interlaced: bool
    hdr: bool
    color_space: str
    audio_index: int | None
    audio_codec: str
    profile: str = ""  # of H.264, for example ``High``, and ten times its level; 0 where PyAV probed
    level: int = 0

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as a person sees them: square pixels, turned by the rotation."""
        width, height = round(self.width * self.aspect), self.height
        return (height, width) if self.rotation % 180 else (width, height)

    def as_json(self) -> dict[str, Any]:
        """The facts for a report."""
        facts = asdict(self) | {"aspect": str(self.aspect), "fps": str(self.fps)}
        facts["display_width"], facts["display_height"] = self.upright
        return facts


def probe(path: Path, *, watch: Watch | None = None) -> Source:
    """Return what the file is; raises Refused with a reason code for anything that is no readable video.

    Raises Failed when this machine was too busy to find out.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = sniff(file.read(LOOK_AT)) if size else Kind.EMPTY
    if kind not in (Kind.VIDEO, Kind.UNKNOWN):
        raise Refused(kind.value)
    damaged = reasons.UNREADABLE if kind is Kind.VIDEO else reasons.NOT_A_VIDEO
    ffprobe = tools.find_ffprobe()
    command = _ffprobe_command(ffprobe, path) if ffprobe else _pyav_command(path)
    try:
        outcome = run(command, limits=LIMITS, watch=watch)
    except TimedOut as error:
        raise Failed(reasons.STALLED, f"probing was not done after {error}", retry=True) from error
    if _TOO_LARGE in outcome.stderr:
        raise Refused(reasons.TOO_MANY_PIXELS, outcome.stderr[-500:])
    try:
        data = json.loads(outcome.stdout or b"{}")
    except ValueError as error:
        raise Refused(damaged, outcome.stderr[-500:]) from error
    if outcome.status != 0 or not data.get("format", {}).get("format_name"):
        raise Refused(damaged, outcome.stderr[-500:])
    return read_source(data, size_bytes=size)


def _pyav_command(path: Path) -> list[str | Path]:
    return [sys.executable, "-I", PYAV_CHILD, FORMATS, str(settings.MEDIA_PIPELINE_MAX_PIXELS), path]


def _ffprobe_command(ffprobe: Path, path: Path) -> list[str | Path]:
    options = ["-v", "error", "-protocol_whitelist", PROTOCOLS, "-format_whitelist", FORMATS, "-threads", "1"]
    options += ["-max_pixels", str(settings.MEDIA_PIPELINE_MAX_PIXELS)]
    return [ffprobe, *options, "-print_format", "json", "-show_format", "-show_streams", f"file:{path}"]


def read_source(data: dict[str, Any], *, size_bytes: int) -> Source:
    """Read ffprobe's JSON. Raises Refused when there is no moving picture in it."""
    streams = data.get("streams", [])
    _check_index(streams)
    video = next((s for s in streams if _is_picture(s)), None)
    audio = next((s for s in streams if s.get("codec_type") == "audio" and _is_known(s)), None)
    if video is None:
        has_sound = any(s.get("codec_type") == "audio" for s in streams)
        raise Refused(reasons.AUDIO_ONLY if has_sound else reasons.NOT_A_VIDEO)
    if not (video.get("width") and video.get("height")):
        raise Refused(reasons.UNREADABLE, "the picture has no size")
    return Source(
        format=data["format"]["format_name"],
        size_bytes=size_bytes,
        duration_ms=_duration(video, data["format"]),
        video_index=video["index"],
        video_codec=video["codec_name"],
        width=video["width"],
        height=video["height"],
        rotation=_rotation(video),
        aspect=_ratio(video.get("sample_aspect_ratio", "1:1")) or Fraction(1),
        fps=_rate(video),
        pixel_format=video.get("pix_fmt", ""),
        interlaced=video.get("field_order") in _INTERLACED,
        hdr=video.get("color_transfer") in _HDR,
        color_space=_known(video.get("color_space")),
        audio_index=audio["index"] if audio else None,
        audio_codec=audio["codec_name"] if audio else "",
        profile=str(video.get("profile", "")),
        level=int(video.get("level", 0)),
    )


def _check_index(streams: list[dict[str, Any]]) -> None:
    """Refuse an index that claims more entries than the longest video can have: every later program would build it.

    Uncompressed sound counts its samples instead, one a tick, and is read in larger pieces.
    """
    most = settings.MEDIA_PIPELINE_MAX_SECONDS * _MOST_ENTRIES_A_SECOND
    for stream in streams:
        entries = int(stream.get("nb_frames") or 0)
        is_samples = stream.get("codec_type") == "audio" and entries == stream.get("duration_ts")
        if entries > most and not is_samples:
            raise Refused(reasons.UNREADABLE, f"an index of {entries} entries")


def _is_known(stream: dict[str, Any]) -> bool:
    return stream.get("codec_name", "unknown") not in ("unknown", "none", "")


def _is_picture(stream: dict[str, Any]) -> bool:
    cover = stream.get("disposition", {}).get("attached_pic")
    return stream.get("codec_type") == "video" and _is_known(stream) and not cover


def _known(value: str | None) -> str:
    return "" if value in (None, "unknown", "unspecified", "reserved") else str(value)


def _ratio(text: str) -> Fraction | None:
    over, _sign, under = text.replace("/", ":").partition(":")
    try:
        value = Fraction(int(over), int(under or 1))
    except (ValueError, ZeroDivisionError):
        return None
    return value if value > 0 else None


def _rate(video: dict[str, Any]) -> Fraction:
    """The average rate tells a variable one best; the declared one is for files that have no average."""
    return _ratio(video.get("avg_frame_rate", "0/0")) or _ratio(video.get("r_frame_rate", "0/0")) or Fraction(25)


def _rotation(video: dict[str, Any]) -> int:
    turns = [side["rotation"] for side in video.get("side_data_list", []) if "rotation" in side]
    return round(float(turns[0])) % 360 if turns else 0


def _duration(video: dict[str, Any], container: dict[str, Any]) -> int | None:
    """Of the picture where it is known, else of the whole; None for a live recording, which does not say."""
    for value in (video.get("duration"), container.get("duration")):
        try:
            milliseconds = round(float(value) * 1000)
        except (TypeError, ValueError):
            continue
        if milliseconds > 0:
            return milliseconds
    return None
