"""What the page of a lesson shows: its pieces with how far she is in each. A fixed number of queries."""

import itertools
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.blocks import StructValue

from courses import tickets
from courses.access import is_enrolled
from courses.forms import QuizForm
from courses.grading import quiz_of
from courses.models import LessonCompletion, LessonPage, PieceProgress, QuizAttempt, Submission
from courses.outline import LessonLine, lesson_lines
from courses.pieces import ASSIGNMENT, QUIZ, READING, VIDEO, Piece, asset_ids_of
from courses.submissions import Assignment, assignment_of
from media_pipeline.models import Asset
from media_pipeline.playback import Player, player_for


@dataclass
class PieceView:
    """One piece as the template shows it. ``blocks`` are bound blocks of the stream."""

    piece: Piece
    number: int
    blocks: list[Any] = field(default_factory=list)
    is_done: bool = False
    percent: int = 0
    ticket: str = ""
    player: Player | None = None
    quiz_form: QuizForm | None = None
    attempt: QuizAttempt | None = None
    assignment: Assignment | None = None
    submission: Submission | None = None
    next_id: uuid.UUID | None = None

    @property
    def anchor(self) -> str:
        """The id of its section on the page."""
        return f"piece-{self.piece.id}"


@dataclass
class Standing:
    """What is known about her in one lesson."""

    progress: dict[uuid.UUID, PieceProgress] = field(default_factory=dict)
    attempts: dict[uuid.UUID, QuizAttempt] = field(default_factory=dict)
    submissions: dict[uuid.UUID, Submission] = field(default_factory=dict)
    enrolled: bool = False


def standing_of(user: Any, lesson: LessonPage, kinds: set[str]) -> Standing:
    """Return how far ``user`` is; asks only about the ``kinds`` of pieces there are."""
    if not user.is_authenticated:
        return Standing()
    mine = {"learner": user, "lesson_key": lesson.lesson_key}
    standing = Standing(enrolled=is_enrolled(user, lesson))
    standing.progress = {row.piece_id: row for row in PieceProgress.objects.filter(**mine)}
    if QUIZ in kinds:
        standing.attempts = {row.piece_id: row for row in QuizAttempt.objects.filter(**mine).order_by("made_at")}
    if ASSIGNMENT in kinds:
        tries = Submission.objects.filter(**mine).select_related("asset").order_by("number")
        standing.submissions = {row.piece_id: row for row in tries}
    return standing


def lesson_context(lesson: LessonPage, request: HttpRequest) -> dict[str, Any]:
    """Return the pieces, the neighbours and the outline. The caller has checked that she may watch."""
    user = request.user
    is_preview = getattr(request, "is_preview", False)
    pieces = lesson.pieces
    standing = Standing() if is_preview else standing_of(user, lesson, {piece.kind for piece in pieces})
    videos = _videos(pieces)
    views = [_view(lesson, piece, number, standing, videos, request) for number, piece in enumerate(pieces, 1)]
    for view, following in itertools.pairwise(views):
        view.next_id = following.piece.id
    siblings = list(_siblings(lesson, None if is_preview else user))
    finished = {page.lesson_key for page in siblings if page.is_finished}
    lines = lesson_lines(lesson.course.url or "", siblings, finished)
    before, here, after = _neighbours(lines, lesson)
    return {
        "course": lesson.course,
        "pieces": views,
        "players": {view.player.asset_id: view.player for view in views if view.player},
        "enrolled": standing.enrolled,
        "is_preview": is_preview,
        "lesson_done": lesson.lesson_key in finished,
        "lessons": lines,
        "number": here.number if here else 1,
        "previous_lesson": before,
        "next_lesson": after,
        "done_percent": sum(view.is_done for view in views) * 100 // len(views) if views else 0,
    }


def _siblings(lesson: LessonPage, user: Any) -> QuerySet[LessonPage]:
    """Return the lessons of the same course, each with ``is_finished`` for ``user``."""
    mine = LessonCompletion.objects.filter(learner_id=user.pk if user else None, lesson_key=OuterRef("translation_key"))
    lessons = LessonPage.objects.live().child_of(lesson.course).defer("body").order_by("path")
    return lessons.annotate(is_finished=Exists(mine))


def _neighbours(
    lines: list[LessonLine], lesson: LessonPage
) -> tuple[LessonLine | None, LessonLine | None, LessonLine | None]:
    place = next((n for n, line in enumerate(lines) if line.lesson.lesson_key == lesson.lesson_key), None)
    if place is None:
        return None, None, None
    before = lines[place - 1] if place else None
    after = lines[place + 1] if place + 1 < len(lines) else None
    return before, lines[place], after


def _videos(pieces: list[Piece]) -> dict[uuid.UUID, Asset]:
    """Return every video of the lesson with its captions: two queries, whatever the number."""
    ids = asset_ids_of(pieces)
    return Asset.objects.prefetch_related("captions").in_bulk(ids) if ids else {}


def _view(
    lesson: LessonPage,
    piece: Piece,
    number: int,
    standing: Standing,
    videos: dict[uuid.UUID, Asset],
    request: HttpRequest,
) -> PieceView:
    rows = [standing.progress[i] for i in piece.block_ids if i in standing.progress]
    row = max(rows, key=lambda known: known.percent, default=None)
    view = PieceView(piece, number, is_done=bool(row and row.completed_at), percent=row.percent if row else 0)
    duration_ms = 0
    if piece.kind == READING:
        view.blocks = [lesson.body[place] for place in range(piece.start, piece.stop)]
    elif piece.kind == VIDEO:
        asset = videos.get(piece.asset_id) if piece.asset_id else None
        definition = lesson.body.stream_block.child_blocks["video"]
        view.blocks = [definition.bind(StructValue(definition, {**piece.value, "video": asset}))]
        duration_ms = _show_video(view, asset, row) if asset else 0
    elif piece.kind == QUIZ:
        view.quiz_form = QuizForm(quiz_of(piece), language=lesson.locale.language_code)
        view.attempt = standing.attempts.get(piece.id)
    elif piece.kind == ASSIGNMENT:
        view.assignment = assignment_of(piece)
        view.submission = standing.submissions.get(piece.id)
        example = videos.get(view.assignment.example_id) if view.assignment.example_id else None
        view.player = player_for(example, language=get_language() or "en") if example else None
    if standing.enrolled or (lesson.open_to_all and request.user.is_authenticated):
        view.ticket = _ticket(request.user, lesson, piece, duration_ms)
    return view


def _show_video(view: PieceView, asset: Asset, row: PieceProgress | None) -> int:
    start_ms = row.position_ms if row and not row.completed_at else 0
    view.player = player_for(asset, language=get_language() or "en", start_ms=start_ms)
    if not view.player.is_settled:  # its own sentences are for whoever sent it
        view.player = replace(view.player, message=_("This video is being prepared. Look again in a few minutes."))
    return view.player.duration_ms if asset.is_playable else 0


def _ticket(user: Any, lesson: LessonPage, piece: Piece, duration_ms: int) -> str:
    ticket = tickets.Ticket(
        lesson.course.course_key, lesson.lesson_key, piece.id, duration_ms, opened_at=timezone.now()
    )
    return tickets.issue(user, ticket)


def lesson_in(language: str | None, lesson_key: uuid.UUID) -> LessonPage | None:
    """Return the live lesson in ``language``, or in another when it has not been translated."""
    versions = list(LessonPage.objects.live().filter(translation_key=lesson_key).select_related("locale"))
    return next((page for page in versions if page.locale.language_code == language), versions[0] if versions else None)


def piece_in(lesson: LessonPage, piece_id: uuid.UUID, kind: str = "") -> Piece | None:
    """Return a piece of ``lesson`` by its id, of ``kind`` if given."""
    return next((p for p in lesson.pieces if piece_id in p.block_ids and kind in ("", p.kind)), None)


__all__ = ["READING", "PieceView", "lesson_context", "lesson_in", "piece_in"]
