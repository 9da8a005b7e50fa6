"""Builds the demo, one stage after the other; each stage is a transaction and leaves alone what is there."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from media_pipeline.tools import find_ffmpeg
from website.demo.clips import film_example
from website.demo.films import Film, film_lesson
from website.demo.journeys import make_graduate, make_learner
from website.demo.people import make_people
from website.demo.reading import LANGUAGES, Lesson, read_courses
from website.demo.teaching import make_course, make_shelf
from website.demo.welcome import make_pages

_CAMERAS = 2  # films made at the same time


@dataclass(frozen=True)
class Camera:
    """What films the demo's videos; tests put a quick one in its place."""

    lesson: Callable[[Lesson, str], Film]
    example: Callable[[], Film]


def drawing_camera(folder: Path | None = None) -> Camera:
    """Return the camera that draws and films everything, keeping the films in ``folder``. Raises FFmpegMissing."""
    kept = folder or Path(settings.DATA_DIR) / "demo"
    ffmpeg = str(find_ffmpeg())
    return Camera(
        lesson=lambda lesson, language: film_lesson(lesson, language, folder=kept, ffmpeg=ffmpeg),
        example=lambda: film_example(folder=kept, ffmpeg=ffmpeg),
    )


def seed(*, camera: Camera, say: Callable[[str], None]) -> dict[str, Any]:
    """Build what is missing of the demo and return its people by key. ``say`` hears what is being done."""
    people = make_people()
    admin, teacher = people["admin"], people["instructor"]
    say("Drawing and filming the lessons")
    _film_all(camera)
    say("Writing the courses and pages in two languages")
    shelf = make_shelf(instructor=teacher, by=admin)
    for course in read_courses():
        make_course(course, shelf=shelf, film=camera.lesson, teacher=teacher, by=admin)
    make_pages(by=admin)
    say("Letting the learner learn and the graduate graduate")
    make_learner(people["learner"], clip=camera.example())
    make_graduate(people["creator"], clip=camera.example(), teacher=teacher, confirmer=people["preparer"])
    return people


def _film_all(camera: Camera) -> None:
    """Make every film before anything is written, two at a time, so that no transaction waits for them."""
    wanted = [(lesson, language) for c in read_courses() for lesson in c.lessons for language in LANGUAGES]
    with ThreadPoolExecutor(_CAMERAS) as cameras:
        example = cameras.submit(camera.example)
        for film in [cameras.submit(camera.lesson, *one) for one in wanted]:
            film.result()
        example.result()
