"""Make what ffmpeg wrote into what a player may be given: checked, measured, one folder, nothing left over.

ffmpeg ends with status 0 after half a video and after writing to a full disk, so nothing here trusts the status.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from media_pipeline import encoding, playlists
from media_pipeline.captions import timestamp
from media_pipeline.ladder import Rendition, Storyboard, middle
from media_pipeline.playlists import BrokenOutput, Track, Variant, avc_codec
from media_pipeline.posters import best_poster
from media_pipeline.running import Limits, Watch, run

MASTER, POSTER, STILL, MP4 = "master.m3u8", "poster.jpg", "still.webp", "video.mp4"
STILL_BOX = (640, 640)  # a still stands in lists, where a poster would weigh more than the page
SPRITE, SPRITE_TIMES = "storyboard.jpg", "storyboard.vtt"
COPYING = Limits(seconds=600, memory=2_000_000_000, cpu=300, stall=120)
DECODING = Limits(seconds=120, memory=3_000_000_000, cpu=60)


@dataclass(frozen=True)
class Package:
    """The checked outputs in ``folder``. Sizes in bytes."""

    folder: Path
    duration_ms: int
    width: int
    height: int
    mp4_bytes: int
    low_bytes: int
    renditions: list[dict[str, Any]] = field(default_factory=list)


def package(
    folder: Path,
    *,
    program: Path,
    renditions: Sequence[Rendition],
    rate: Fraction,
    has_sound: bool,
    board: Storyboard,
    watch: Watch,
) -> Package:
    """Check and measure the outputs in ``folder`` and add the playlist, poster, still and MP4. Raises BrokenOutput."""
    variants = [_variant(folder, rendition) for rendition in renditions]
    sound = playlists.read_track(folder / encoding.AUDIO, encoding.PLAYLIST) if has_sound else None
    _same_boundaries([variant.track for variant in variants])
    duration_ms = round(min(variant.track.seconds for variant in variants) * 1000)

    (folder / MASTER).write_text(playlists.master(variants, sound, rate=rate, playlist=encoding.PLAYLIST))
    _keep_best_poster(folder)
    _check_sprite(folder)
    (folder / SPRITE_TIMES).write_text(storyboard_vtt(board, rate=rate, duration_ms=duration_ms))
    _check_first_frames(folder, variants, program, watch)
    chosen = middle(renditions)
    mp4_bytes = _one_file(folder, next(v for v in variants if v.name == chosen.name), sound, program, watch)
    lowest = min(variants, key=lambda variant: variant.track.bytes)
    return Package(
        folder=folder,
        duration_ms=duration_ms,
        width=renditions[0].width,
        height=renditions[0].height,
        mp4_bytes=mp4_bytes,
        low_bytes=lowest.track.bytes + (sound.bytes if sound else 0),
        renditions=[_report(variant, sound) for variant in variants],
    )


def _variant(folder: Path, rendition: Rendition) -> Variant:
    track = playlists.read_track(folder / rendition.name, encoding.PLAYLIST)
    codec = avc_codec((track.folder / track.init).read_bytes())
    return Variant(rendition.name, rendition.width, rendition.height, track, codec)


def _report(variant: Variant, sound: Track | None) -> dict[str, Any]:
    return {
        "name": variant.name,
        "width": variant.width,
        "height": variant.height,
        "bandwidth": variant.track.peak + (sound.peak if sound else 0),
        "average_bandwidth": variant.track.average + (sound.average if sound else 0),
        "segments": len(variant.track.segments),
        "bytes": variant.track.bytes,
    }


def _same_boundaries(tracks: Sequence[Track]) -> None:
    """A player can change the rendition only where all of them begin a segment."""
    first = tracks[0]
    for track in tracks[1:]:
        same_count = len(track.durations) == len(first.durations)
        if not same_count or any(abs(a - b) > 0.001 for a, b in zip(track.durations, first.durations, strict=True)):
            raise BrokenOutput(f"{track.folder.name} is cut at other places than {first.folder.name}")


def _keep_best_poster(folder: Path) -> None:
    candidates = sorted(path for path in folder.glob("poster_*.jpg") if path.stat().st_size)
    if not candidates:
        raise BrokenOutput("there is no picture for the poster")
    best_poster(candidates).rename(folder / POSTER)
    with Image.open(folder / POSTER) as poster:
        poster.thumbnail(STILL_BOX)
        poster.save(folder / STILL, quality=72, method=6)
    for path in folder.glob("poster_*.jpg"):
        path.unlink()


def _check_sprite(folder: Path) -> None:
    sprite = folder / SPRITE
    if not (sprite.is_file() and sprite.stat().st_size):
        raise BrokenOutput("there is no storyboard")


def storyboard_vtt(board: Storyboard, *, rate: Fraction, duration_ms: int) -> str:
    """Write which part of the sprite belongs to which moment; the cues follow each other without a gap."""
    step = Fraction(board.every * 1000) / rate
    count = max(1, min(board.count, -(-duration_ms // max(1, round(step)))))
    cues = ["WEBVTT"]
    for number in range(count):
        start = round(step * number)
        end = duration_ms if number == count - 1 else round(step * (number + 1))
        x, y = number % board.columns * board.width, number // board.columns * board.height
        times = f"{timestamp(start)} --> {timestamp(max(end, start + 1))}"
        cues.append(f"{times}\n{SPRITE}#xywh={x},{y},{board.width},{board.height}")
    return "\n\n".join(cues) + "\n"


def _joined(track: Track, target: Path, *, segments: int | None = None) -> Path:
    """Put the init part and the segments into one file: that is what a fragmented MP4 is."""
    with target.open("wb") as whole:
        for name in (track.init, *track.segments[:segments]):
            whole.write((track.folder / name).read_bytes())
    return target


def _check_first_frames(folder: Path, variants: Sequence[Variant], program: Path, watch: Watch) -> None:
    files = [_joined(v.track, folder / f"first-{v.name}.mp4", segments=1).name for v in variants]
    outcome = run(encoding.first_frames_command(program, files), limits=DECODING, watch=watch, cwd=folder)
    for name in files:
        (folder / name).unlink()
    if outcome.status != 0:
        raise BrokenOutput(f"the first picture cannot be decoded: {outcome.stderr[-300:]}")


def _one_file(folder: Path, variant: Variant, sound: Track | None, program: Path, watch: Watch) -> int:
    """Make the MP4 to download; return its size."""
    parts = [_joined(variant.track, folder / "picture.mp4")]
    if sound:
        parts.append(_joined(sound, folder / "sound.mp4"))
    names = [part.name for part in parts]
    command = encoding.remux_command(program, names[0], names[1] if sound else None, MP4)
    outcome = run(command, limits=COPYING, watch=watch, cwd=folder)
    for part in parts:
        part.unlink()
    target = folder / MP4
    if outcome.status != 0 or not target.is_file() or target.stat().st_size < variant.track.bytes // 2:
        raise BrokenOutput(f"the MP4 was not made: {outcome.stderr[-300:]}")
    return target.stat().st_size
