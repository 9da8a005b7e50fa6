"""A course as one zip: its names and limits, and what is found in one. docs/course-file.md says it for people.

Knows no database: pictures, videos and rubrics are named by their place in the file.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_noop as N_

from courses.spreadsheets.findings import Finding

FORMAT: Final = "hearthlight-course"
VERSION: Final = 1
MANIFEST: Final = "course.json"
PICTURE, VIDEO, RUBRIC = "picture", "video", "rubric"

MOST_LESSONS: Final = 200
MOST_PIECES: Final = 200  # of a lesson
MOST_MEDIA: Final = 500
MOST_DRILLS: Final = 200
MOST_CAPTIONS: Final = 20  # languages of a video
MOST_LEFT_OUT: Final = 300
LARGEST_TEXT: Final = 2 * 1024**2  # bytes, of course.json and of each lesson
LARGEST_PICTURE: Final = 15 * 1024**2
MOST_PIXELS: Final = 50_000_000

_KINDS = {"image": PICTURE, "picture": PICTURE, "video": VIDEO, "clip": VIDEO, "example": VIDEO, "rubric": RUBRIC}


@dataclass(frozen=True)
class Picture:
    """A picture of the file ``name``."""

    name: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Video:
    """A video of the file ``name``; ``captions`` are files by language, ``unread`` those nobody has confirmed."""

    name: str
    title: str
    captions: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass
class Lesson:
    """A lesson, its pieces as a stream keeps them, with the names of pictures, videos and rubrics for their ids."""

    title: str
    summary: str
    body: list[dict[str, Any]]
    open_to_all: bool = False


@dataclass
class Course:
    """What a file holds. ``left_out`` says what of it cannot come."""

    title: str
    summary: str
    for_whom: str
    will_make: str
    needs: str = ""
    language: str = ""
    allows_downloads: bool = False
    cover: str = ""
    lessons: list[Lesson] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    rubrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    drills: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[Finding] = field(default_factory=list)
    again_on: str = ""

    def leave_out(self, text: str, /, **params: str | int) -> None:
        """Note what cannot come, once."""
        self.note(Finding(text, **params))

    def note(self, finding: Finding) -> None:
        """Add to what cannot come; a file in which nothing can come is not told line by line."""
        if len(self.left_out) > MOST_LEFT_OUT:
            return
        if len(self.left_out) == MOST_LEFT_OUT:
            finding = Finding(N_("There is more that cannot come."))
        if finding not in self.left_out:
            self.left_out.append(finding)

    @property
    def numbers(self) -> dict[str, int]:
        """How much of what comes."""
        kinds = ("lessons", "pictures", "videos", "rubrics", "drills")
        return {kind: len(getattr(self, kind)) for kind in kinds} | {
            "pieces": sum(len(lesson.body) for lesson in self.lessons)
        }


def with_references(raw: Any, change: Callable[[str, Any], Any]) -> Any:
    """Return a raw value in which what names a picture, a video or a rubric is what ``change(kind, name)`` says."""
    if isinstance(raw, list):
        return [with_references(part, change) for part in raw]
    if not isinstance(raw, Mapping):
        return raw
    return {
        name: change(_KINDS[name], part) if _names_something(name, part) else with_references(part, change)
        for name, part in raw.items()
    }


def _names_something(name: str, part: Any) -> bool:
    return name in _KINDS and part is not None and not isinstance(part, Mapping | list)


def without_ids(raw: Any) -> Any:
    """Return what a raw value says, without the ids of its blocks."""
    if isinstance(raw, list):
        return [without_ids(part) for part in raw]
    if not isinstance(raw, Mapping):
        return raw
    return {name: without_ids(part) for name, part in raw.items() if not (name == "id" and "value" in raw)}


def with_new_ids(raw: Any) -> Any:
    """Return a raw value whose blocks have ids that nothing else has."""
    if isinstance(raw, list):
        return [with_new_ids(part) for part in raw]
    if not isinstance(raw, Mapping):
        return raw
    parts = {name: with_new_ids(part) for name, part in raw.items()}
    return parts | {"id": str(uuid.uuid4())} if "type" in raw and "value" in raw else parts
