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

from media_pipeline import measures, probing, reasons
from media_pipeline.measures import Row
from media_pipeline.probing import Source
from media_pipeline.reasons import Failed
from media_pipeline.running import Limits, Watch, run

TARGET = -16.0  # LUFS
CEILING = -3.0  # dBFS; AAC adds up to 1.5 dB to a peak, and -1.5 dBTP is the promise
SILENT = -50.0  # LUFS; a room where nobody speaks
MOST_LIFT = 24.0  # dB; more would raise the phone's own hiss above a voice
NEAR_ENOUGH = 0.5  # LU
MOST_REPEATS = 3
_FILE = "sound.txt"
_PCM = {"sample_fmts": "fltp", "sample_rates": 48000, "channel_layouts": "stereo"}


@dataclass(frozen=True)
class Sound:
    """What was measured. LUFS and dBTP; ``makeup`` is what holding the peaks down takes away; ``rows`` has moments."""

    integrated: float
    true_peak: float
    makeup: float = 0.0
    rows: Sequence[Row] = field(default=(), repr=False)

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
        seconds, file = self.seconds, self.folder / _FILE
        limits = Limits(60 + seconds, memory=2_000_000_000, cpu=60 + seconds // 4, file_size=64_000_000, stall=60)
        outcome = run(self._command(sound), limits=limits, watch=self.watch, cwd=self.folder)
        rows = measures.read(file)
        file.unlink(missing_ok=True)
        if "No space left" in outcome.stderr:
            raise Failed(reasons.DISK_FULL, outcome.stderr[-300:], retry=True)
        return Measured(_summed_up(rows), outcome.cpu_seconds)

    def _command(self, sound: Sound | None) -> list[str]:
        trusted = {"protocol_whitelist": probing.PROTOCOLS, "format_whitelist": probing.FORMATS}
        source = ffmpeg.input(f"file:{self.path}", **trusted, t=self.seconds, vn=None)
        heard = adjusted(as_published(source[str(self.audio_index)]), sound)
        heard = heard.filter("ebur128", metadata=1, peak="true", framelog="verbose")
        heard = heard.filter("ametadata", "print", file=_FILE)
        globally = ["-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-y"]
        return [str(self.program), *globally, *ffmpeg.get_args(ffmpeg.output(heard, "-", format="null"))]


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
    return stream.filter("aresample", 48000, **{"async": 1, "first_pts": 0}).filter("aformat", **_PCM)


def adjusted(stream: ffmpeg.Stream, sound: Sound | None) -> ffmpeg.Stream:
    """Bring published sound to the right loudness; unmeasured sound stays as it is."""
    if sound is None or sound.is_silent:
        return stream
    stream = stream.filter("volume", f"{sound.gain:.2f}dB")
    if not sound.needs_limit:
        return stream
    return stream.filter("alimiter", limit=round(10 ** (CEILING / 20), 4), attack=5, release=50, level="disabled")


def _summed_up(rows: Sequence[Row]) -> Sound | None:
    heard = [row for row in rows if "r128.I" in row]
    if not heard:
        return None
    peak = heard[-1].get("r128.true_peak", 0.0)
    return Sound(
        integrated=max(-70.0, heard[-1]["r128.I"]),
        true_peak=20 * math.log10(peak) if peak > 0 else -70.0,
        rows=heard,
    )
