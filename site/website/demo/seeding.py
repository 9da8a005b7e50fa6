"""Builds the demo, one stage after the other; each stage is a transaction and leaves alone what is there."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from courses.models import Shelf
from courses.recommending.nightly import recommend
from media_pipeline.programs.tools import find_ffmpeg
from website.demo import scale
from website.demo.clips import CLOTHS, film_example
from website.demo.films import Film, film_lesson
from website.demo.journeys import begin_learner, lead_learner_on, make_graduate
from website.demo.money import MONTHS, make_money
from website.demo.people import make_people
from website.demo.reading import LANGUAGES, Lesson, read_courses
from website.demo.talking import make_group, make_talk
from website.demo.teaching import make_course, make_drills, make_lessons, make_shelf
from website.demo.welcome import make_pages

_CAMERAS = 2  # films made at the same time


@dataclass(frozen=True)
class Camera:
    """What films the demo's videos; tests put a quick one in its place."""

    lesson: Callable[[Lesson, str], Film]
    example: Callable[[str], Film]


def drawing_camera(folder: Path | None = None) -> Camera:
    """Return the camera that draws and films everything, keeping the films in ``folder``. Raises FFmpegMissing."""
    kept = folder or Path(settings.DATA_DIR) / "demo"
    ffmpeg = str(find_ffmpeg())
    return Camera(
        lesson=lambda lesson, language: film_lesson(lesson, language, folder=kept, ffmpeg=ffmpeg),
        example=lambda cloth: film_example(cloth, folder=kept, ffmpeg=ffmpeg),
    )


@dataclass(frozen=True)
class Size:
    """How much more than the one journey there shall be. ``earnings`` are rows over all ``months`` together."""

    learners: int = 0
    courses: int = 0
    creators: int = 0
    months: int = MONTHS
    earnings: int = 0


def seed(*, camera: Camera, say: Callable[[str], None], size: Size | None = None) -> dict[str, Any]:
    """Build what is missing of the demo and return its people by key. ``say`` hears what is being done."""
    size = size or Size()
    say("Drawing and filming the lessons")
    _film_all(camera)  # the slow part comes before anything is written: who stops it here begins anew
    say("Writing the courses and pages in two languages")
    people = make_people()
    admin, teacher = people["admin"], people["instructor"]
    shelf = make_shelf(instructor=teacher, by=admin)
    make_drills(shelf=shelf)
    first, second = read_courses()
    pages = {
        course.key: make_course(course, shelf=shelf, by=admin) for course in (second, first)
    }  # newest is listed first
    make_lessons(first, page=pages[first.key], shelf=shelf, film=camera.lesson, teacher=teacher, by=admin)
    begin_learner(people["learner"], clip=camera.example(CLOTHS[0]))  # early, so that her film is prepared early
    make_lessons(second, page=pages[second.key], shelf=shelf, film=camera.lesson, teacher=teacher, by=admin)
    make_pages(by=admin)
    say("Letting the learner learn and the graduate graduate")
    lead_learner_on(people["learner"])
    clips = [camera.example(cloth) for cloth in CLOTHS]
    make_graduate(people["creator"], clips=clips, teacher=teacher, confirmer=people["preparer"])
    make_talk(people)
    make_group(by=teacher)
    crowd = _fill(size, shelf, people, say)
    say("Working out what each could learn next")
    recommend(timezone.localdate())
    say("Importing example reports and closing the months")
    make_money(people=people, months=size.months, crowd=crowd, rows=size.earnings)
    return people


def _fill(size: Size, shelf: Shelf, people: dict[str, Any], say: Callable[[str], None]) -> list[str]:
    """Add the many; return the channels of the further creators."""
    if size.courses or size.learners or size.creators:
        say("Adding many more of everything")
    scale.make_courses(size.courses, shelf=shelf)
    scale.make_learners(size.learners, shelf=shelf)
    return scale.make_creators(size.creators, confirmer=people["preparer"])


def _film_all(camera: Camera) -> None:
    """Make every film, two at a time, so that no transaction waits for them."""
    wanted = [(lesson, language) for c in read_courses() for lesson in c.lessons for language in LANGUAGES]
    with ThreadPoolExecutor(_CAMERAS) as cameras:
        films = [cameras.submit(camera.example, cloth) for cloth in CLOTHS]
        films += [cameras.submit(camera.lesson, *one) for one in wanted]
        for film in films:
            film.result()
