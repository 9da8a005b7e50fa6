"""Reads what the demo teaches: courses, lessons, slides and plain pages, both languages side by side."""

import html
import re
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "zh-hans")
COURSES = ("first_video", "home_to_audience")
_NAMESPACE = uuid.UUID("6f1f6b1c-6a1e-4b7e-9a53-3a4f1d0f7f10")

Words = dict[str, str]  # language → text


def stable_id(*names: str) -> str:
    """Return the same UUID for the same ``names`` for ever; it is what makes a piece one thing in two languages."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


@dataclass(frozen=True)
class Slide:
    """One picture of a lesson video with what is written on it and what is said over it."""

    drawing: str
    title: Words
    line: Words
    say: Words


@dataclass(frozen=True)
class Piece:
    """One part of a lesson: ``kind`` is "video", "text", "quiz" or "assignment"; ``data`` is what the file says."""

    id: str
    key: str
    kind: str
    data: dict[str, Any]

    def child_id(self, *names: str) -> str:
        """Return the stable id of something inside this piece."""
        return stable_id(self.id, *names)


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    course_key: str
    key: str
    slug: str
    minutes: int
    open_to_all: bool
    title: Words
    summary: Words
    slides: list[Slide]
    pieces: list[Piece]

    def piece(self, kind: str) -> Piece:
        """Return the first piece of ``kind``. Raises StopIteration when there is none."""
        return next(piece for piece in self.pieces if piece.kind == kind)


@dataclass(frozen=True)
class Course:
    """One course with its lessons in order."""

    key: str
    slug: str
    allows_downloads: bool
    title: Words
    summary: Words
    for_whom: Words
    will_make: Words
    needs: Words
    lessons: list[Lesson]

    def assignments(self) -> Iterator[tuple[Lesson, Piece]]:
        """Yield each assignment with the lesson it stands in."""
        for lesson in self.lessons:
            for piece in lesson.pieces:
                if piece.kind == "assignment":
                    yield lesson, piece


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _lesson(path: Path, course_key: str) -> Lesson:
    data = _toml(path)
    pieces = []
    for piece in data["pieces"]:
        key, kind = piece.pop("key"), piece.pop("kind")
        pieces.append(Piece(id=stable_id(course_key, data["key"], key), key=key, kind=kind, data=piece))
    return Lesson(
        course_key=course_key,
        key=data["key"],
        slug=data["slug"],
        minutes=data["minutes"],
        open_to_all=data["open_to_all"],
        title=data["title"],
        summary=data["summary"],
        slides=[Slide(**slide) for slide in data["slides"]],
        pieces=pieces,
    )


@cache
def read_course(folder: str) -> Course:
    """Read the course in ``content/<folder>/``."""
    data = _toml(CONTENT / folder / "course.toml")
    return Course(
        key=data["key"],
        slug=data["slug"],
        allows_downloads=data["allows_downloads"],
        title=data["title"],
        summary=data["summary"],
        for_whom=data["for_whom"],
        will_make=data["will_make"],
        needs=data["needs"],
        lessons=[_lesson(CONTENT / folder / f"{name}.toml", data["key"]) for name in data["lessons"]],
    )


def read_courses() -> list[Course]:
    """Read all courses in the order in which they are taken."""
    return [read_course(folder) for folder in COURSES]


@cache
def read_drills() -> list[Piece]:
    """Read the exercises; the ``data`` of each has its ``title``, ``skill`` and ``question``."""
    drills = _toml(CONTENT / "practice.toml")["drills"]
    return [Piece(id=stable_id("practice", d["key"]), key=d["key"], kind="drill", data=d) for d in drills]


@cache
def read_pages() -> dict[str, Any]:
    """Read the home page and the plain pages."""
    return {path.stem: _toml(path) for path in sorted((CONTENT / "pages").glob("*.toml"))}


def _inline(text: str) -> str:
    escaped = html.escape(text, quote=False)
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escaped)


def rich_text(text: str) -> str:
    """Turn our small markup (paragraphs, ``- `` and ``1. `` lists, ``**bold**``) into Wagtail's rich text."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if all(line.startswith("- ") for line in lines):
            parts.append("<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>")
        elif all(re.match(r"\d+\. ", line) for line in lines):
            parts.append("<ol>" + "".join(f"<li>{_inline(line.split('. ', 1)[1])}</li>" for line in lines) + "</ol>")
        else:
            parts.append("<p>" + _inline(" ".join(lines)) + "</p>")
    return "".join(parts)
