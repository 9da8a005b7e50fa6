"""From the JSON of a course's zip to what it says, whatever stands in it. Knows no database."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as N_

from courses.exchange.archive import Archive, UnreadableCourseError, refuse
from courses.exchange.course_file import (
    FORMAT,
    LARGEST_TEXT,
    MANIFEST,
    MOST_CAPTIONS,
    MOST_DRILLS,
    MOST_LESSONS,
    MOST_MEDIA,
    MOST_PIECES,
    VERSION,
    Course,
    Lesson,
    Picture,
    Video,
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALVES = re.compile(r"[\ud800-\udfff]")


def plain(value: Any, longest: int) -> str:
    """Return ``value`` as text that a database takes; anything but text is none."""
    text = _HALVES.sub("", _CONTROLS.sub("", value)) if isinstance(value, str) else ""
    return text.strip()[:longest]


def clean_words(raw: Any) -> Any:
    """Return a raw value without characters that no database or page takes."""
    if isinstance(raw, str):
        return _HALVES.sub("", _CONTROLS.sub("", raw))
    if isinstance(raw, list):
        return [clean_words(part) for part in raw]
    if isinstance(raw, Mapping):
        return {clean_words(str(name)): clean_words(part) for name, part in raw.items()}
    return raw


def read_course(archive: Archive) -> Course:
    """Return the course of a zip of ours. Raises UnreadableCourseError when it is none, or one of a later version."""
    about = archive.json(MANIFEST, most=LARGEST_TEXT)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise refuse(N_("“%(name)s” in the file is not that of a course."), name=MANIFEST)
    if about.get("version") != VERSION:
        raise refuse(N_("This file was written by a later version of this site. Nothing of it was used."))
    course = Course(
        title=plain(about.get("title"), 255),
        summary=plain(about.get("summary"), 400),
        for_whom=plain(about.get("for_whom"), 400),
        will_make=plain(about.get("will_make"), 400),
        needs=plain(about.get("needs"), 400),
        language=plain(about.get("language"), 12),
        allows_downloads=about.get("allows_downloads") is True,
        cover=plain(about.get("cover"), 200),
    )
    if not course.title:
        raise refuse(N_("The course in this file has no title."))
    for words in _list(about.get("left_out"))[:50]:
        course.leave_out(N_("Not in the file: %(what)s"), what=plain(words, 300))
    _read_media(course, about)
    course.rubrics = {
        plain(name, 80): clean_words(rubric)
        for name, rubric in list(_mapping(about.get("rubrics")).items())[:MOST_MEDIA]
        if isinstance(rubric, Mapping)
    }
    drills = [drill for drill in _list(about.get("drills")) if isinstance(drill, Mapping)]
    course.drills = [clean_words(drill) for drill in drills[:MOST_DRILLS]]
    _read_lessons(course, archive, about)
    return course


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_media(course: Course, about: Mapping[str, Any]) -> None:
    pictures, videos = _mapping(about.get("pictures")), _mapping(about.get("videos"))
    if len(pictures) + len(videos) > MOST_MEDIA:
        raise refuse(N_("There are far too many files in this zip, or they are far too large."))
    for name, said in pictures.items():
        said = _mapping(said)
        title = plain(said.get("title"), 255) or plain(name, 255)
        course.pictures[name] = Picture(name, title, plain(said.get("description"), 255))
    for name, said in videos.items():
        said = _mapping(said)
        captions = {
            language: file
            for language, file in list(_mapping(said.get("captions")).items())[:MOST_CAPTIONS]
            if isinstance(file, str) and len(language) <= 12 and _LANGUAGE.fullmatch(language)
        }
        unread = frozenset(one for one in _list(said.get("unread")) if isinstance(one, str))
        course.videos[name] = Video(name, plain(said.get("title"), 200) or plain(name, 200), captions, unread)


def _read_lessons(course: Course, archive: Archive, about: Mapping[str, Any]) -> None:
    names = [name for name in _list(about.get("lessons")) if isinstance(name, str)]
    if len(names) > MOST_LESSONS:
        raise refuse(N_("A course has %(most)s lessons at most."), most=MOST_LESSONS)
    archive.require_little([MANIFEST, *names])
    for number, name in enumerate(names, 1):
        if name not in archive:
            course.leave_out(N_("Lesson %(number)s is not in the file."), number=number)
            continue
        try:
            said = archive.json(name, most=LARGEST_TEXT)
        except UnreadableCourseError as error:
            course.note(error.args[0])
            continue
        course.lessons.append(_lesson(course, number, _mapping(said)))


def _lesson(course: Course, number: int, said: Mapping[str, Any]) -> Lesson:
    pieces = _list(said.get("body"))
    if len(pieces) > MOST_PIECES:
        course.leave_out(N_("Lesson %(number)s has far too many pieces: the last were left out."), number=number)
    return Lesson(
        title=plain(said.get("title"), 255) or str(number),
        summary=plain(said.get("summary"), 300),
        body=[clean_words(piece) for piece in pieces[:MOST_PIECES] if isinstance(piece, Mapping)],
        open_to_all=said.get("open_to_all") is True,
    )
