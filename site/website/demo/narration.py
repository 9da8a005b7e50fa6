"""What is said over the slides: spoken by espeak-ng where it is installed, else silent, always written as captions."""

import re
import shutil
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from website.demo.reading import Slide

VOICES = {"en": ["-v", "en-gb+f3", "-s", "148", "-p", "42"], "zh-hans": ["-v", "cmn+f3", "-s", "275", "-p", "42"]}
RATE = 22050  # samples a second, what espeak-ng writes
_BEFORE_MS, _AFTER_MS = 500, 700


class VoiceFailed(Exception):
    """espeak-ng is installed and could not speak."""


@dataclass(frozen=True)
class Narration:
    """How long each slide stays, and the voice as one WAV file if there is one."""

    slide_ms: list[int]
    voice: Path | None

    @property
    def total_ms(self) -> int:
        """How long the film is."""
        return sum(self.slide_ms)


def speaker() -> str | None:
    """Return where espeak-ng is, or None."""
    return shutil.which("espeak-ng")


def _speak(program: str, text: str, language: str, path: Path) -> bytes:
    """Return ``text`` spoken in ``language`` as mono 16-bit samples."""
    command = [program, *VOICES[language], "-w", str(path), text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode or not path.exists():
        raise VoiceFailed(f"espeak-ng ended with {done.returncode}: {done.stderr.strip()[:200]}")
    with wave.open(str(path), "rb") as sound:
        return sound.readframes(sound.getnframes())


def _silence(ms: int) -> bytes:
    return bytes(2 * (RATE * ms // 1000))


def _read_ms(text: str, language: str) -> int:
    """Return how long calm speech would take, where nobody speaks."""
    return 220 * len(re.sub(r"\W", "", text)) if language.startswith("zh") else 390 * len(text.split())


def narrate(slides: Sequence[Slide], language: str, folder: Path, *, shortest_ms: int = 4600) -> Narration:
    """Speak ``slides`` into ``folder``; say how long each must stay, at least ``shortest_ms``. Raises VoiceFailed."""
    program = speaker()
    slide_ms, track = [], []
    for slide in slides:
        text = slide.say[language]
        voice = _speak(program, text, language, folder / "voice.wav") if program else b""
        spoken_ms = len(voice) * 1000 // (2 * RATE) if program else _read_ms(text, language)
        ms = max(shortest_ms, _BEFORE_MS + spoken_ms + _AFTER_MS)
        slide_ms.append(ms)
        track += [_silence(_BEFORE_MS), voice, _silence(ms - _BEFORE_MS - spoken_ms)]
    if program is None:
        return Narration(slide_ms=slide_ms, voice=None)
    path = folder / "narration.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(b"".join(track))
    return Narration(slide_ms=slide_ms, voice=path)


def sentences(text: str) -> list[str]:
    """Split ``text`` after each sentence, Latin or Chinese."""
    return [part.strip() for part in re.findall(r"[^.!?。！？]+[.!?。！？]*[”’]?", text) if part.strip()]


def cues(slides: Sequence[Slide], slide_ms: Sequence[int], language: str) -> list[tuple[int, int, str]]:
    """Return (start, end, words) in milliseconds, without a gap from the first moment of the film to its last.

    A slide's time is shared among its sentences by their length.
    """
    result, start = [], 0
    for slide, ms in zip(slides, slide_ms, strict=True):
        parts = sentences(slide.say[language])
        letters, passed = sum(map(len, parts)), 0
        for part in parts:
            passed += len(part)
            end = start + ms * passed // letters
            begin = result[-1][1] if result else 0
            result.append((begin, end, part))
        start += ms
    return result


def _stamp(ms: int) -> str:
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def web_vtt(slides: Sequence[Slide], slide_ms: Sequence[int], language: str) -> str:
    """Write the narration in ``language`` as WebVTT."""
    blocks = [f"{_stamp(a)} --> {_stamp(b)}\n{words}\n" for a, b, words in cues(slides, slide_ms, language)]
    return "WEBVTT\n\n" + "\n".join(blocks)
