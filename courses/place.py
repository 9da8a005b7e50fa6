"""Where to go on: the lesson and the piece she was in, or the next that she has not done."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from courses.languages import in_language
from courses.models import CoursePage, LessonCompletion, LessonPage, PieceProgress
from courses.outline import open_submissions
from courses.pieces import Piece


@dataclass(frozen=True)
class Place:
    """A piece of a lesson; the second inside it is kept with the piece."""

    lesson: LessonPage
    piece_id: uuid.UUID | None

    @property
    def url(self) -> str:
        """The address that leads exactly there."""
        url = self.lesson.url or ""
        return f"{url}#piece-{self.piece_id}" if self.piece_id else url


def course_in(language: str | None, course_key: uuid.UUID) -> CoursePage | None:
    """Return the live course in ``language``, or in another when it has not been translated."""
    versions = CoursePage.objects.live().filter(translation_key=course_key).select_related("locale")
    return in_language(versions, language).get(course_key)


def place_to_continue(learner: Any, course: CoursePage) -> Place | None:
    """Return where ``learner`` goes on in ``course``; None when nothing is left to do.

    First the piece she touched last, unless it is done; then the next piece that is not, in that lesson, in
    the lessons after it, and from the start. A video that waits for its review holds nothing up, and a lesson
    that she has finished stays finished, whatever was added to it since.
    """
    lessons = list(course.lessons.select_related("locale"))
    rows = PieceProgress.objects.filter(learner=learner, course_key=course.course_key)
    known = list(rows.order_by("-last_at").values_list("lesson_key", "piece_id", "completed_at"))
    finished = LessonCompletion.objects.lesson_keys_of(learner)
    settled = {piece_id for _lesson, piece_id, done in known if done} | open_submissions(learner, course.course_key)

    def is_left(piece: Piece) -> bool:
        return piece.counts and not piece.is_in(settled)

    last = known[0] if known else None
    start = next((n for n, lesson in enumerate(lessons) if last and lesson.lesson_key == last[0]), 0)
    if last and last[0] not in finished and (place := _within(lessons[start : start + 1], last[1], is_left)):
        return place
    for lesson in [*lessons[start:], *lessons[:start]]:
        if lesson.lesson_key in finished:
            continue
        piece = next(filter(is_left, lesson.pieces), None)
        if piece:
            return Place(lesson, piece.id)
    return None


def _within(lessons: list[LessonPage], piece_id: uuid.UUID, is_left: Callable[[Piece], bool]) -> Place | None:
    """Return the piece itself or the next one left after it in the same lesson."""
    for lesson in lessons:
        pieces = lesson.pieces
        at = next((n for n, piece in enumerate(pieces) if piece_id in piece.block_ids), None)
        if at is not None and (piece := next(filter(is_left, pieces[at:]), None)):
            return Place(lesson, piece.id)
    return None
