"""Make what ffmpeg wrote into what a player may be given: checked, measured, one folder, nothing left over.

ffmpeg ends with status 0 after half a video and after writing to a full disk, so nothing here trusts the status.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from media_pipeline.captions.webvtt import timestamp
from media_pipeline.encoding import commands, playlists, waveform
from media_pipeline.encoding.commands import Plan
from media_pipeline.encoding.ladder import Rendition, Storyboard, middle
from media_pipeline.encoding.playlists import BrokenOutput, Track, Variant, avc_codec
from media_pipeline.encoding.posters import best_poster
from media_pipeline.programs.running import Limits, Watch, run

MASTER, POSTER, STILL, MP4 = "master.m3u8", "poster.jpg", "still.webp", "video.mp4"
STILL_BOX = (640, 640)  # a still stands in lists, where a poster would weigh more than the page
SPRITE, SPRITE_TIMES, WAVEFORM = "storyboard.jpg", "storyboard.vtt", "waveform.json"
_ROUNDED = 0.0015  # seconds; Matroska rounds the times of a copied picture to milliseconds
_REORDERED = 4  # pictures; a copying ffmpeg tells when its last one begins to be decoded, and pictures wait for others
CLOSING = Limits(seconds=600, memory=3_000_000_000, cpu=300, stall=120)


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


def package(folder: Path, *, program: Path, plan: Plan, watch: Watch) -> Package:
    """Check and measure what ``plan`` made in ``folder``; add playlists, poster, still, waveform and MP4.

    Raises BrokenOutput.
    """
    variants = [variant_of(folder, rendition) for rendition in plan.renditions]
    _same_boundaries([variant.track for variant in variants])
    duration_ms = round(min(variant.track.seconds for variant in variants) * 1000)
    sound = _sound(folder, plan)
    for track in [variant.track for variant in variants] + ([sound] if sound else []):
        playlists.settle(track.folder / commands.PLAYLIST)
    (folder / MASTER).write_text(playlists.master(variants, sound, rate=plan.rate, playlist=commands.PLAYLIST))
    _keep_best_poster(folder)
    cues = _cues(plan.storyboard, rate=plan.rate, duration_ms=duration_ms)
    _make_sprite(folder, plan.storyboard, least=max(1, cues - 1))  # a millisecond too many may be a cue too many
    (folder / SPRITE_TIMES).write_text(storyboard_vtt(plan.storyboard, rate=plan.rate, duration_ms=duration_ms))
    if plan.sound:
        (folder / WAVEFORM).write_text(waveform.drawn(plan.sound))
    mp4_bytes = _one_file(folder, variants, sound, plan, program, watch)
    lowest = min(variants, key=lambda variant: variant.track.bytes)
    return Package(
        folder=folder,
        duration_ms=duration_ms,
        width=plan.renditions[0].width,
        height=plan.renditions[0].height,
        mp4_bytes=mp4_bytes,
        low_bytes=lowest.track.bytes + (sound.bytes if sound else 0),
        renditions=[_report(variant, sound) | {"copied": variant.name in plan.copied} for variant in variants],
    )


def variant_of(folder: Path, rendition: Rendition, *, growing: bool = False) -> Variant:
    """Read one rendition in ``folder``, which may still be ``growing``. Raises BrokenOutput."""
    track = playlists.read_track(folder / rendition.name, commands.PLAYLIST, growing=growing)
    codec = avc_codec((track.folder / track.init).read_bytes())
    return Variant(rendition.name, rendition.width, rendition.height, track, codec)


def tolerance_ms(expected_ms: int) -> int:
    """How much an output may be shorter than what it was made of."""
    return max(500, expected_ms // 50)


def _sound(folder: Path, plan: Plan) -> Track | None:
    """The sound, as long as what was heard when its loudness was measured."""
    if plan.source.audio_index is None:
        return None
    sound = playlists.read_track(folder / commands.AUDIO, commands.PLAYLIST)
    heard_ms = plan.sound.heard_ms if plan.sound else 0
    if sound.seconds * 1000 < heard_ms - tolerance_ms(heard_ms):
        raise BrokenOutput(f"the sound ends after {sound.seconds:.1f} s of {heard_ms / 1000:.1f} s")
    return sound


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
    """A player can change the rendition only where all of them begin a segment; how the last one ends is no matter."""
    first = tracks[0]
    for track in tracks[1:]:
        same_count = len(track.durations) == len(first.durations)
        pairs = zip(track.durations[:-1], first.durations[:-1], strict=same_count)
        if not same_count or any(abs(a - b) > _ROUNDED for a, b in pairs):
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


def _make_sprite(folder: Path, board: Storyboard, *, least: int) -> None:
    """Put the pictures of the storyboard side by side, at ``least`` so many of them."""
    tiles = sorted(folder.glob("tile_*.jpg"))
    if len(tiles) < least:
        raise BrokenOutput(f"the storyboard has {len(tiles)} of {least} pictures")
    sprite = Image.new("RGB", (board.columns * board.width, board.rows * board.height))
    for number, path in enumerate(tiles):
        try:
            with Image.open(path) as tile:
                sprite.paste(tile, (number % board.columns * board.width, number // board.columns * board.height))
        except OSError as error:
            raise BrokenOutput(f"{path.name} of the storyboard is not whole") from error
        path.unlink()
    sprite.save(folder / SPRITE, quality=75, optimize=True)


def _cues(board: Storyboard, *, rate: Fraction, duration_ms: int) -> int:
    """How many pictures of the storyboard a video of ``duration_ms`` has."""
    return max(1, min(board.count, -(-duration_ms // max(1, round(board.every * 1000 / rate)))))


def storyboard_vtt(board: Storyboard, *, rate: Fraction, duration_ms: int) -> str:
    """Write which part of the sprite belongs to which moment; the cues follow each other without a gap."""
    step = Fraction(board.every * 1000) / rate
    count = _cues(board, rate=rate, duration_ms=duration_ms)
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


def _one_file(
    folder: Path, variants: Sequence[Variant], sound: Track | None, plan: Plan, program: Path, watch: Watch
) -> int:
    """Make the MP4 to download, decoding the first picture of every rendition beside it; return its size."""
    chosen = middle(plan.renditions)
    track = next(variant.track for variant in variants if variant.name == chosen.name)
    parts = [_joined(variant.track, folder / f"first-{variant.name}.mp4", segments=1) for variant in variants]
    parts.append(_joined(track, folder / "picture.mp4"))
    if sound:
        parts.append(_joined(sound, folder / "sound.mp4"))
    *firsts, picture = (part.name for part in parts[: len(variants) + 1])
    command = commands.closing_command(program, firsts, picture, parts[-1].name if sound else None, MP4)
    outcome = run(command, limits=CLOSING, watch=watch, cwd=folder)
    for part in parts:
        part.unlink()
    target = folder / MP4
    whole_ms = round(track.seconds * 1000)
    unsaid_ms = round(_REORDERED * 1000 / plan.rate)
    is_whole = (outcome.done_ms or 0) >= whole_ms - tolerance_ms(whole_ms) - unsaid_ms
    if outcome.status != 0 or not is_whole or target.stat().st_size < track.bytes // 2:
        raise BrokenOutput(f"a first picture cannot be decoded, or the MP4 not be made: {outcome.stderr[-300:]}")
    return target.stat().st_size
