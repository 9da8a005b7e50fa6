"""Prepare one file: probe, admit, encode, check. Needs settings, but no database: the command line uses it too."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from media_pipeline import reasons
from media_pipeline.encoding import commands, ladder, packaging, passthrough, spoken
from media_pipeline.encoding.commands import Plan
from media_pipeline.encoding.packaging import Package
from media_pipeline.encoding.playlists import BrokenOutput
from media_pipeline.encoding.presets import Preset
from media_pipeline.measuring import faces, loudness, sampling
from media_pipeline.measuring.faces import Faces
from media_pipeline.measuring.loudness import Sound
from media_pipeline.probing.sources import Source, probe
from media_pipeline.programs import tools
from media_pipeline.programs.running import Hung, Limits, Outcome, TimedOut, run
from media_pipeline.reasons import Failed, Refused
from media_pipeline.shot_check import inspection, thresholds
from media_pipeline.shot_check.inspection import Report

_MEMORY = 3_000_000_000  # many times what a 1080p job takes; a picture of 4096×4096 in HDR needs it
_SMALL_DISK = 50_000_000
_LEAST_MS = 500  # of a damaged video that is still worth keeping


class Watch(Protocol):
    """Follows the work; whatever it raises stops the work and leaves nothing running."""

    def probed(self, source: Source) -> None:
        """The file is a video we will encode."""

    def encoding(self, folder: Path, plan: Plan) -> None:
        """From now on the renditions of ``plan`` grow in ``folder``."""

    def percent(self, value: int) -> None:
        """Called at least once a second."""


class Unwatched:
    """Follows nothing."""

    def probed(self, source: Source) -> None:
        """Do nothing."""

    def encoding(self, folder: Path, plan: Plan) -> None:
        """Do nothing."""

    def percent(self, value: int) -> None:
        """Do nothing."""


@dataclass
class _Ticks:
    """Turns what the running program says into a percentage between two bounds."""

    watch: Watch
    low: int
    high: int
    duration_ms: int = 0

    def tick(self, done_ms: int | None) -> None:
        """Pass on how far it is."""
        share = min(1.0, (done_ms or 0) / self.duration_ms) if self.duration_ms else 0.0
        self.watch.percent(self.low + int(share * (self.high - self.low)))


@dataclass(frozen=True)
class Prepared:
    """What came out. ``reason`` is empty, or the code of why it is incomplete."""

    source: Source
    package: Package
    reason: str = ""
    cpu_seconds: float = 0.0
    most_memory: int = 0
    sound: Sound | None = None
    report: Report = field(default_factory=lambda: Report(()))

    @property
    def is_complete(self) -> bool:
        """Whether all of the video is there."""
        return not self.reason


def admit(source: Source) -> None:
    """Raise Refused for a video beyond what the settings allow."""
    if source.width * source.height > settings.MEDIA_PIPELINE_MAX_PIXELS:
        raise Refused(reasons.TOO_MANY_PIXELS, f"{source.width}x{source.height}")
    if source.size_bytes > settings.MEDIA_PIPELINE_MAX_BYTES:
        raise Refused(reasons.TOO_BIG, f"{source.size_bytes} bytes")
    if (source.duration_ms or 0) > settings.MEDIA_PIPELINE_MAX_SECONDS * 1000:
        raise Refused(reasons.TOO_LONG, f"{source.duration_ms} ms")
    if source.fps > settings.MEDIA_PIPELINE_MAX_FPS:
        raise Refused(reasons.TOO_FAST, f"{source.fps} pictures a second")


def prepare(
    path: Path,
    folder: Path,
    *,
    preset: Preset | None = None,
    watch: Watch | None = None,
    sound_is_enough: bool = False,
    most_seconds: int | None = None,
) -> Prepared:
    """Make everything a player needs of the video at ``path`` into the empty ``folder``.

    Without a ``preset`` it is done as usual. Where ``sound_is_enough``, a voice alone gets a plain picture.
    Raises Refused for a file that will never play or is longer than ``most_seconds``, Failed for our troubles.
    """
    watch = watch or Unwatched()
    try:
        program = tools.find_ffmpeg()
    except tools.FFmpegMissing as error:
        raise Failed(reasons.NO_FFMPEG, str(error), retry=False) from error
    started = time.monotonic()
    try:
        seconds = most_seconds or settings.MEDIA_PIPELINE_MAX_SECONDS
        with _with_picture(path, folder, program, watch, seconds if sound_is_enough else 0) as (path, source):
            if (source.duration_ms or 0) > seconds * 1000:
                raise Refused(reasons.TOO_LONG, f"{source.duration_ms} ms")
            watch.probed(source)
            return _encode(path.resolve(), folder, source, program, preset or Preset(), watch)
    except TimedOut as error:
        raise Failed(reasons.OUT_OF_TIME, f"{error} after {time.monotonic() - started:.0f} s", retry=False) from error
    except Hung as error:
        raise Failed(reasons.STALLED, str(error), retry=True) from error
    except OSError as error:
        raise _our_trouble(folder, str(error)) from error


@contextmanager
def _with_picture(path: Path, folder: Path, program: Path, watch: Watch, seconds: int) -> Iterator[tuple[Path, Source]]:
    """Give the file and what it is; of a voice alone, for up to ``seconds``, a film that goes with the context."""
    film = folder / "spoken.mp4"
    try:
        try:
            source = _look(path, program, watch)
        except Refused as refused:
            if not seconds or refused.reason != reasons.AUDIO_ONLY:
                raise
            # A second more than there may be, so that what is too long is seen to be.
            spoken.pictured(program, path, film, seconds=seconds + 1, watch=_Ticks(watch, 0, 0))
            path, source = film, _look(film, program, watch)
        yield path, source
    except spoken.NothingHeard as error:
        raise Refused(reasons.UNREADABLE, str(error)) from error
    finally:
        film.unlink(missing_ok=True)


def _look(path: Path, program: Path, watch: Watch) -> Source:
    source = probe(path, watch=_Ticks(watch, 0, 0))
    admit(source)
    if source.duration_ms is None:  # a recording made in a browser does not say how long it is
        limits = Limits(seconds=120, memory=2_000_000_000, cpu=60, stall=60)
        ticks = _Ticks(watch, 0, 0)
        outcome = run(commands.length_command(program, path, source.video_index), limits=limits, watch=ticks)
        source = replace(source, duration_ms=outcome.done_ms)
        admit(source)
    return source


def make_plan(source: Source, program: Path, preset: Preset, sound: Sound | None = None) -> Plan:
    """Decide renditions, rate and options for ``source`` by its preset, and loudness by what was measured."""
    rate = ladder.output_rate(source.fps, most=preset.rate)
    renditions = ladder.ladder(*source.upright, most=preset.side, rate=rate)
    return Plan(
        source=source,
        renditions=renditions,
        rate=rate,
        storyboard=ladder.storyboard(renditions, rate=rate, duration_ms=source.duration_ms or 0),
        preset=preset,
        threads=settings.MEDIA_PIPELINE_THREADS or min(4, os.cpu_count() or 1),
        most_seconds=settings.MEDIA_PIPELINE_MAX_SECONDS,
        most_pixels=settings.MEDIA_PIPELINE_MAX_PIXELS,
        filters=tools.filters_of(program),
        sound=sound,
    )


def _encode(path: Path, folder: Path, source: Source, program: Path, preset: Preset, watch: Watch) -> Prepared:
    most, length = settings.MEDIA_PIPELINE_MAX_SECONDS + 2, source.duration_ms or 0
    listening = _Ticks(watch, 0, 3, length)
    heard = loudness.measure(program, path, source, folder=folder, seconds=most, watch=listening)
    plan = make_plan(source, program, preset, heard.sound)
    keys = passthrough.key_frames(program, path, plan, folder=folder, watch=_Ticks(watch, 3, 3))
    plan = replace(plan, keys=keys)
    for name in plan.tracks:
        (folder / name).mkdir()
    watch.encoding(folder, plan)
    ticks = _Ticks(watch, 3, 95, length)
    outcome = run(commands.encoding_command(program, path, plan), limits=_limits(source), watch=ticks, cwd=folder)
    if outcome.status != 0:
        raise _judge(outcome, folder)
    smallest = plan.renditions[-1]
    pictures = sampling.read(folder, rate=plan.rate, size=(smallest.width, smallest.height))
    package = _package(folder, program, plan, outcome, watch)
    seen = _faces(folder, plan, watch)
    return Prepared(
        source=source,
        package=package,
        reason=_complete(source, package),
        cpu_seconds=outcome.cpu_seconds + heard.cpu_seconds + seen.cpu_seconds,
        most_memory=outcome.most_memory,
        sound=heard.sound,
        report=inspection.inspect(
            source=source,
            sound=heard.sound,
            pictures=pictures,
            duration_ms=package.duration_ms,
            faces=seen,
            missing=sampling.missing(plan.filters),
        ),
    )


def _package(folder: Path, program: Path, plan: Plan, outcome: Outcome, watch: Watch) -> Package:
    try:
        return packaging.package(folder, program=program, plan=plan, watch=_Ticks(watch, 96, 99))
    except BrokenOutput as error:
        if _has_no_pictures(folder, plan):
            raise Refused(reasons.UNREADABLE, outcome.stderr[-500:]) from error
        raise _our_trouble(folder, f"{error}\n{outcome.stderr[-500:]}") from error


def _faces(folder: Path, plan: Plan, watch: Watch) -> Faces:
    """Look into the storyboard; one of fewer pictures than would decide is not worth a process."""
    board = plan.storyboard
    if board.count < thresholds.UPSIDE_DOWN_FACES.limit:
        return Faces()
    size, ticks = (board.width, board.height), _Ticks(watch, 99, 99)
    return faces.look(folder / packaging.SPRITE, size=size, count=board.count, watch=ticks)


def _limits(source: Source) -> Limits:
    """A generous multiple of what the slowest phone video took: the stall clock is what finds a hung program."""
    seconds = (source.duration_ms or settings.MEDIA_PIPELINE_MAX_SECONDS * 1000) / 1000
    return Limits(
        seconds=600 + 60 * seconds,
        memory=_MEMORY,
        cpu=round(300 + 40 * seconds),
        file_size=2 * settings.MEDIA_PIPELINE_MAX_BYTES,
        stall=settings.MEDIA_PIPELINE_STALL_SECONDS,
    )


def _complete(source: Source, package: Package) -> str:
    """Return why the result is incomplete, or nothing. Raises Refused for what is too long or too little to keep."""
    if package.duration_ms > settings.MEDIA_PIPELINE_MAX_SECONDS * 1000 + 500:
        raise Refused(reasons.TOO_LONG, f"{package.duration_ms} ms, though it said {source.duration_ms}")
    expected = source.duration_ms or package.duration_ms
    missing = expected - package.duration_ms
    if missing <= packaging.tolerance_ms(expected):
        return ""
    if package.duration_ms < _LEAST_MS:
        raise Refused(reasons.UNREADABLE, f"only {package.duration_ms} of {expected} ms can be read")
    return reasons.CUT_OFF


def _has_no_pictures(folder: Path, plan: Plan) -> bool:
    """Whether nothing at all could be decoded, though there is room on the disk."""
    segments = any((folder / rendition.name).glob("*.m4s") for rendition in plan.renditions)
    return not segments and shutil.disk_usage(folder).free > _SMALL_DISK


def _judge(outcome: Outcome, folder: Path) -> Refused | Failed:
    """Tell by how ffmpeg ended whose fault it was."""
    detail = f"status {outcome.status}: {outcome.stderr[-1500:]}"
    if outcome.status == -signal.SIGXCPU:
        return Failed(reasons.OUT_OF_TIME, detail, retry=False)
    if outcome.status < 0:
        return Failed(reasons.ENCODING, detail, retry=True)
    if "No space left" in outcome.stderr:
        return Failed(reasons.DISK_FULL, detail, retry=True)
    damaged = ("Invalid data found", "Error while decoding", "Decoder", "decoder", "Picture size", "unspecified size")
    if any(sign in outcome.stderr for sign in damaged):
        return Refused(reasons.UNREADABLE, detail)
    return _our_trouble(folder, detail)


def _our_trouble(folder: Path, detail: str) -> Failed:
    is_full = "No space left" in detail or shutil.disk_usage(folder).free < _SMALL_DISK
    return Failed(reasons.DISK_FULL if is_full else reasons.ENCODING, detail, retry=is_full)


def describe(prepared: Prepared) -> dict[str, Any]:
    """The result for ``process_video --json``."""
    return {
        "state": "ready" if prepared.is_complete else "incomplete",
        "reason": prepared.reason,
        "message": str(reasons.MESSAGES[prepared.reason]) if prepared.reason else "",
        "source": prepared.source.as_json(),
        "sound": prepared.sound.as_json() if prepared.sound else None,
        "renditions": prepared.package.renditions,
        "duration_ms": prepared.package.duration_ms,
        "master": packaging.MASTER,
        "mp4": packaging.MP4,
        "poster": packaging.POSTER,
        "storyboard": packaging.SPRITE_TIMES,
        "waveform": packaging.WAVEFORM if prepared.sound else None,
        "captions": [],
        "inspection": prepared.report.as_json()["advice"],
    }
