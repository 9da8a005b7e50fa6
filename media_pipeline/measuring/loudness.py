"""How loud a video's sound is, measured in a pass of its own, and by how much to raise or lower it.

Phones record at any loudness. Everything is brought to −16 LUFS (EBU R 128's measure; Apple's and Spotify's figure for
phones) by one steady gain, so that loud stays louder than soft. Only peaks that would not fit are held down. What is
silent stays silent: raising its noise would help nobody.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import ffmpeg

from media_pipeline import reasons
from media_pipeline.measuring import measures
from media_pipeline.measuring.measures import Row
from media_pipeline.probing import sources
from media_pipeline.probing.sources import Source
from media_pipeline.programs.running import Limits, Watch, run
from media_pipeline.reasons import Failed

TARGET = -16.0  # LUFS
CEILING = -3.0  # dBFS; AAC adds up to 1.5 dB to a peak, and -1.5 dBTP is the promise
SILENT = -50.0  # LUFS; a room where nobody speaks
MOST_LIFT = 24.0  # dB; more would raise the phone's own hiss above a voice
NEAR_ENOUGH = 0.5  # LU
MOST_REPEATS = 3
_FILE, _LOW_FILE = "sound.txt", "low.txt"
RATE = 48000  # of what we publish
ROW_SAMPLES = 4800  # a tenth of a second is measured at a time
_ROW_MS = 1000 * ROW_SAMPLES // RATE
_ASTATS = {"metadata": 1, "reset": 1, "measure_perchannel": "none"}
_PCM = {"sample_fmts": "fltp", "sample_rates": RATE, "channel_layouts": "stereo"}


@dataclass(frozen=True)
class Sound:
    """What was measured. LUFS and dBTP; ``makeup`` is what holding the peaks down takes away; ``rows`` has moments."""

    integrated: float
    true_peak: float
    makeup: float = 0.0
    rows: Sequence[Row] = field(default=(), repr=False)
    low: Sequence[Row] = field(default=(), repr=False)  # the same for what lies between 45 and 130 Hz alone

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.integrated < SILENT

    @property
    def gain(self) -> float:
        """How many decibels to raise it, or lower it when negative."""
        return 0.0 if self.is_silent else min(MOST_LIFT, TARGET - self.integrated + self.makeup)

    @property
    def needs_limit(self) -> bool:
        """Whether some peaks will have to be held down."""
        return self.true_peak + self.gain > CEILING

    @property
    def heard_ms(self) -> int:
        """How much sound there was."""
        return int(self.rows[-1][measures.AT]) + _ROW_MS if self.rows else 0

    def as_json(self) -> dict[str, float]:
        """The facts for a report."""
        return {
            "integrated_lufs": round(self.integrated, 1),
            "true_peak_db": round(self.true_peak, 1),
            "gain_db": round(self.gain, 1),
        }


@dataclass(frozen=True)
class Measured:
    """The sound, None when it could not be measured, and the CPU seconds that took."""

    sound: Sound | None
    cpu_seconds: float


@dataclass(frozen=True)
class _Listener:
    """Listens to the sound of one file, reading no pictures, and leaves ``folder`` as it was."""

    program: Path
    path: Path
    audio_index: int
    folder: Path
    seconds: int
    watch: Watch

    def listen(self, sound: Sound | None = None) -> Measured:
        """Measure the sound as it is, or as ``sound`` would have it adjusted."""
        seconds, file, low_file = self.seconds, self.folder / _FILE, self.folder / _LOW_FILE
        limits = Limits(60 + seconds, memory=2_000_000_000, cpu=60 + seconds // 4, file_size=64_000_000, stall=60)
        outcome = run(self._command(sound), limits=limits, watch=self.watch, cwd=self.folder)
        rows, low = measures.read(file), measures.read(low_file)
        for each in (file, low_file):
            each.unlink(missing_ok=True)
        if "No space left" in outcome.stderr:
            raise Failed(reasons.DISK_FULL, outcome.stderr[-300:], retry=True)
        return Measured(_summed_up(rows, low), outcome.cpu_seconds)

    def _command(self, sound: Sound | None) -> list[str]:
        trusted = {"protocol_whitelist": sources.PROTOCOLS, "format_whitelist": sources.FORMATS}
        source = ffmpeg.input(f"file:{self.path}", **trusted, t=self.seconds, vn=None)
        heard = source[str(self.audio_index)]
        outputs = _all_of(heard) if sound is None else [_loudness_of(adjusted(as_published(heard), sound))]
        globally = ["-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-y"]
        return [str(self.program), *globally, *ffmpeg.get_args(ffmpeg.merge_outputs(*outputs))]


def measure(program: Path, path: Path, source: Source, *, folder: Path, seconds: int, watch: Watch) -> Measured:
    """Listen to the sound of ``path``; where peaks must be held down, listen again to what that does to it."""
    if source.audio_index is None:
        return Measured(None, 0.0)
    listener = _Listener(program, path, source.audio_index, folder, seconds, watch)
    first = listener.listen()
    sound, cpu = first.sound, first.cpu_seconds
    for _again in range(MOST_REPEATS):
        if sound is None or sound.is_silent or not sound.needs_limit:
            break
        result = listener.listen(sound)
        cpu += result.cpu_seconds
        missing = TARGET - result.sound.integrated if result.sound else 0.0
        if missing < NEAR_ENOUGH:
            break
        sound = replace(sound, makeup=sound.makeup + missing)
    return Measured(sound, cpu)


def as_published(stream: ffmpeg.Stream) -> ffmpeg.Stream:
    """Bring any sound to what we publish: started with the picture, kept in step with it, 48 kHz, two channels."""
    return _in_step(stream).filter("aformat", **_PCM)


def _in_step(stream: ffmpeg.Stream) -> ffmpeg.Stream:
    return stream.filter("aresample", RATE, **{"async": 1, "first_pts": 0})


def _loudness_of(stream: ffmpeg.Stream) -> ffmpeg.Stream:
    heard = stream.filter("ebur128", metadata=1, peak="true", framelog="verbose")
    return ffmpeg.output(heard.filter("ametadata", "print", file=_FILE), "-", format="null")


def _all_of(stream: ffmpeg.Stream) -> list[ffmpeg.Stream]:
    """Loudness and peaks of every tenth of a second, and how much of it is a deep hum.

    Peaks are those that were recorded: making two channels of one takes 3 dB away.
    """
    branches = _in_step(stream).filter("asetnsamples", ROW_SAMPLES).filter_multi_output("asplit", 2)
    low = branches[1].filter("highpass", 45).filter("lowpass", 130).filter("lowpass", 130)
    low = low.filter("asetnsamples", ROW_SAMPLES).filter("astats", measure_overall="RMS_level", **_ASTATS)
    peaks = branches[0].filter("astats", measure_overall="Peak_level+RMS_level", **_ASTATS)
    return [
        _loudness_of(peaks.filter("aformat", **_PCM)),
        ffmpeg.output(low.filter("ametadata", "print", file=_LOW_FILE), "-", format="null"),
    ]


def adjusted(stream: ffmpeg.Stream, sound: Sound | None) -> ffmpeg.Stream:
    """Bring published sound to the right loudness; unmeasured sound stays as it is."""
    if sound is None or sound.is_silent:
        return stream
    stream = stream.filter("volume", f"{sound.gain:.2f}dB")
    if not sound.needs_limit:
        return stream
    return stream.filter("alimiter", limit=round(10 ** (CEILING / 20), 4), attack=5, release=50, level="disabled")


def _summed_up(rows: Sequence[Row], low: Sequence[Row]) -> Sound | None:
    heard = [row for row in rows if "r128.I" in row]
    if not heard:
        return None
    peak = heard[-1].get("r128.true_peak", 0.0)
    return Sound(
        integrated=max(-70.0, heard[-1]["r128.I"]),
        true_peak=20 * math.log10(peak) if peak > 0 else -70.0,
        rows=heard,
        low=low,
    )
