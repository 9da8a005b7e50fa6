"""What the shot check says of a video sent in: beside what its assignment asks for, and where a lesson teaches it."""

import uuid
from typing import Any, NamedTuple

from courses.access import may_watch
from courses.lesson import piece_in
from courses.models import LessonPage
from courses.pieces import ASSIGNMENT
from courses.submissions import assignment_of
from media_pipeline.models import Asset
from media_pipeline.shot_check.advice import Advice


class Told(NamedTuple):
    """One advice, with the title and address of the piece that teaches it; empty where none does."""

    advice: Advice
    lesson: str = ""
    url: str = ""


def told_about(asset: Asset, *, lesson: LessonPage | None, piece_id: uuid.UUID, to: Any) -> list[Told]:
    """Return the same list for her and for her instructor; the links lead only where ``to`` may go.

    ``lesson`` holds the assignment ``piece_id``; without it there are neither wishes nor links. Three queries at most
    besides the lesson's course, and none where there is nothing to say.
    """
    found = [*_wished(asset, lesson, piece_id), *asset.advice]
    places = _places(to, lesson) if lesson and found else {}
    return [Told(each, *places.get(each.code, ("", ""))) for each in found]


def _wished(asset: Asset, lesson: LessonPage | None, piece_id: uuid.UUID) -> list[Advice]:
    piece = piece_in(lesson, piece_id, ASSIGNMENT) if lesson else None
    if piece is None or not (asset.is_playable and asset.duration_ms and asset.width and asset.height):
        return []
    wish = assignment_of(piece).wish
    return list(wish.advice(duration_ms=asset.duration_ms, width=asset.width, height=asset.height))


def _places(user: Any, lesson: LessonPage) -> dict[str, tuple[str, str]]:
    """Where in the course of ``lesson`` each advice is taught first. The closed lessons of a course open together."""
    course = lesson.course
    pages = course.lessons.exclude(teaches={}).defer("body")
    places: dict[str, tuple[str, str]] = {}
    opens: bool | None = None
    for page in pages:
        page.course = course
        if not page.open_to_all:
            opens = may_watch(user, page) if opens is None else opens
        if page.open_to_all or opens:
            for code, piece_id in page.teaches.items():
                places.setdefault(code, (page.title, f"{course.url}{page.slug}/#piece-{piece_id}"))
    return places
