"""Films the slides of a lesson into one small source video, and keeps it so that the next seed is quick."""

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from website.demo.narration import Narration, narrate, speaker, web_vtt
from website.demo.planes import Planes
from website.demo.reading import LANGUAGES, Lesson
from website.demo.slides import HEIGHT, WIDTH, SlidePicture, slide_picture

FPS = 12
_BT709 = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
_FADE_FRAMES = 5
_LOOK = "3"  # raise it when the drawing of slides changes, so that kept films are made again


class FilmFailed(Exception):
    """ffmpeg could not make the film."""


@dataclass(frozen=True)
class Film:
    """A source video on disk with its captions by language."""

    path: Path
    captions: dict[str, Path]


# What makes a film of a lesson in one language; tests give a quicker one.
Filmer = Callable[[Lesson, str], Film]


def _frames(pictures: list[SlidePicture], slide_ms: list[int]) -> Iterator[Planes]:
    """Yield every frame: each slide grows into the next by a short fade."""
    before: Planes | None = None
    passed_ms = made = 0
    for picture, ms in zip(pictures, slide_ms, strict=True):
        passed_ms += ms
        count = passed_ms * FPS // 1000 - made
        for number in range(count):
            frame = picture.frame(number / max(1, count - 1))
            if before is not None and number < _FADE_FRAMES:
                frame = before.blend(frame, (number + 1) / (_FADE_FRAMES + 1))
            yield frame
        before = picture.frame(1)
        made += count


def encode(
    *, ffmpeg: str, frames: Iterator[Planes], size: tuple[int, int], fps: int, sound: list[str], to: Path
) -> None:
    """Pipe ``frames`` into one MP4 beside ``to`` and put it in place when it is whole. Raises FilmFailed.

    It is made so that the pipeline can copy it as the largest rendition: a key picture every two seconds, and light.
    """
    part = to.with_name(f"{to.stem}.part.mp4")
    command = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p"]
    command += ["-video_size", f"{size[0]}x{size[1]}", "-framerate", str(fps), "-i", "pipe:0", *sound]
    command += ["-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-g", str(2 * fps), "-threads", "1"]
    command += [*_BT709, "-shortest" if sound else "-an", "-movflags", "+faststart", str(part)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as process,
    ):
        assert process.stdin is not None
        try:
            for frame in frames:
                process.stdin.writelines(frame.parts())
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended by itself; its own words follow
        if process.wait(timeout=120):
            said.seek(0)
            raise FilmFailed(said.read(2000).decode(errors="replace"))
    part.replace(to)


def _fingerprint(lesson: Lesson, language: str) -> str:
    seen = repr((_LOOK, FPS, language, lesson.title, lesson.slides, speaker() is not None))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def film_lesson(lesson: Lesson, language: str, *, folder: Path, ffmpeg: str) -> Film:
    """Make the film of ``lesson`` in ``language`` with captions in every language, or return the one in ``folder``.

    Raises FilmFailed, FontsMissing or VoiceFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{lesson.course_key}-{lesson.key}-{language}-{_fingerprint(lesson, language)}"
    film = Film(
        path=folder / f"{stem}.mp4",
        captions={spoken: folder / f"{stem}.{spoken}.vtt" for spoken in LANGUAGES},
    )
    if film.path.exists() and all(path.exists() for path in film.captions.values()):
        return film
    with tempfile.TemporaryDirectory() as workplace:
        narration = narrate(lesson.slides, language, Path(workplace))
        for spoken, path in film.captions.items():
            path.write_text(web_vtt(lesson.slides, narration.slide_ms, spoken), encoding="utf-8")
        _shoot(lesson, language, narration, ffmpeg=ffmpeg, to=film.path)
    return film


def _shoot(lesson: Lesson, language: str, narration: Narration, *, ffmpeg: str, to: Path) -> None:
    count = len(lesson.slides)
    pictures = [
        slide_picture(slide, language=language, number=number, count=count, foot=lesson.title[language])
        for number, slide in enumerate(lesson.slides)
    ]
    sound = ["-i", str(narration.voice), "-c:a", "aac", "-aac_coder", "fast", "-b:a", "80k"] if narration.voice else []
    frames = _frames(pictures, narration.slide_ms)
    encode(ffmpeg=ffmpeg, frames=frames, size=(WIDTH, HEIGHT), fps=FPS, sound=sound, to=to)
