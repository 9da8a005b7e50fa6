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
from courses.access import is_enrolled, may_talk
from courses.cohorts import Due, dues_in, with_days
from courses.compiled import CompiledQuery
from courses.grading import Quiz, quiz_of
from courses.languages import in_language
from courses.models import LessonCompletion, LessonPage, PieceProgress, QuizAttempt, Submission
from courses.models.pages import lessons_between
from courses.outline import LessonLine, lesson_lines
from courses.pictures import IN_TEXT, Wanted, picture_id_of, picture_value, renditions_of
from courses.pieces import (
    ASSIGNMENT,
    QUIZ,
    READING,
    VIDEO,
    Measured,
    Piece,
    asset_ids_of,
    megabytes_of,
    seconds_of,
    whole_minutes,
)
from courses.questions.forms import QuizForm
from courses.questions.media import Media, media_of, pictures_of
from courses.submissions import Assignment, assignment_of
from media_pipeline.models import Asset
from media_pipeline.playback import Player, player_for

# What the outline beside a lesson shows of the others.
IN_OUTLINE = (
    "translation_key",
    "title",
    "slug",
    "minutes",
    "video_bytes",
    "assignments",
    "open_to_all",
)


@dataclass
class PieceView(Measured):
    """One piece as the template shows it. ``blocks`` are bound blocks of the stream."""

    piece: Piece
    number: int
    blocks: list[Any] = field(default_factory=list)
    seconds: float = 0
    bytes_: int = 0
    is_done: bool = False
    percent: int = 0
    ticket: str = ""
    player: Player | None = None
    quiz: Quiz | None = None
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
    mine = {"learner": user.pk, "lesson_key": lesson.lesson_key}
    standing = Standing(enrolled=is_enrolled(user, lesson))
    standing.progress = {row.piece_id: row for row in _progress(**mine)}
    if QUIZ in kinds:
        standing.attempts = {row.piece_id: row for row in _attempts(**mine)}
    if ASSIGNMENT in kinds:
        standing.submissions = {row.piece_id: row for row in _submissions(**mine)}
    return standing


@CompiledQuery
def _progress(learner: int, lesson_key: uuid.UUID) -> QuerySet[PieceProgress]:
    return PieceProgress.objects.filter(learner=learner, lesson_key=lesson_key)


@CompiledQuery
def _attempts(learner: int, lesson_key: uuid.UUID) -> QuerySet[QuizAttempt]:
    return QuizAttempt.objects.filter(learner=learner, lesson_key=lesson_key).order_by("made_at")


@CompiledQuery
def _submissions(learner: int, lesson_key: uuid.UUID) -> QuerySet[Submission]:
    tries = Submission.objects.filter(learner=learner, lesson_key=lesson_key)
    return tries.select_related("asset").order_by("number")


def lesson_context(lesson: LessonPage, request: HttpRequest) -> dict[str, Any]:
    """Return the pieces, the neighbours and the outline. The caller has checked that she may watch."""
    user = request.user
    is_preview = getattr(request, "is_preview", False)
    pieces = lesson.pieces
    standing = Standing() if is_preview else standing_of(user, lesson, {piece.kind for piece in pieces})
    shown = _shown(lesson, pieces)
    views = [_view(lesson, piece, number, standing, shown, request) for number, piece in enumerate(pieces, 1)]
    for view, following in itertools.pairwise(views):
        view.next_id = following.piece.id
    siblings = _siblings(lesson, None if is_preview else user)
    finished = {page.lesson_key for page in siblings if page.is_finished}
    dues = {} if lesson.course.in_group is False else dues_in(siblings, user)
    lines = lesson_lines(lesson.course.url or "", siblings, finished, dues)
    before, here, after = _neighbours(lines, lesson)
    return {
        "course": lesson.course,
        "pieces": views,
        "players": {view.player.asset_id: view.player for view in views if view.player},  # for media_pipeline.blocks
        "enrolled": standing.enrolled,
        "may_talk": not is_preview and may_talk(user, lesson),
        "is_preview": is_preview,
        "now_ms": int(timezone.now().timestamp() * 1000),
        "may_keep": user.is_authenticated and not is_preview and not lesson.get_view_restrictions().exists(),
        "has_films": any(view.player for view in views),
        "keeps_films": any(view.player and view.player.keep_as for view in views),
        "lesson_done": lesson.lesson_key in finished,
        "due": here.due if here else None,
        "lessons": lines,
        "number": here.number if here else 1,
        "previous_lesson": before,
        "next_lesson": after,
        "has_quiz": any(view.quiz for view in views),
        "minutes": whole_minutes(sum(view.seconds for view in views)),
        "megabytes": megabytes_of(sum(view.bytes_ for view in views)),
        "done_percent": _done_percent(views, is_finished=lesson.lesson_key in finished),
    }


def _done_percent(views: list[PieceView], *, is_finished: bool) -> int:
    """Return how much of the lesson is done; a piece added after she finished it takes nothing away."""
    if is_finished:
        return 100
    return sum(view.is_done for view in views) * 100 // len(views) if views else 0


def _siblings(lesson: LessonPage, user: Any) -> list[LessonPage]:
    """Return the lessons of the same course, each with ``is_finished`` and, in a group, the days of ``user``."""
    course, learner = lesson.course, user.pk if user else None
    if course.in_group is False:
        first, last = course.paths_below
        return _lessons(first=first, last=last, depth=course.depth + 1, learner=learner)
    return list(with_days(_with_finished(course.lessons, learner), user, course.course_key))


def _with_finished(lessons: QuerySet[LessonPage], learner: Any) -> QuerySet[LessonPage]:
    mine = LessonCompletion.objects.filter(learner_id=learner, lesson_key=OuterRef("translation_key"))
    return lessons.only(*IN_OUTLINE).annotate(is_finished=Exists(mine))


@CompiledQuery
def _lessons(first: str, last: str, depth: int, learner: int | None) -> QuerySet[LessonPage]:
    return _with_finished(lessons_between(first, last, depth), learner)


def _neighbours(
    lines: list[LessonLine], lesson: LessonPage
) -> tuple[LessonLine | None, LessonLine | None, LessonLine | None]:
    place = next((n for n, line in enumerate(lines) if line.lesson.lesson_key == lesson.lesson_key), None)
    if place is None:
        return None, None, None
    before = lines[place - 1] if place else None
    after = lines[place + 1] if place + 1 < len(lines) else None
    return before, lines[place], after


@dataclass(frozen=True)
class Shown:
    """Everything a lesson shows besides words: its videos, its pictures, its quizzes with theirs."""

    videos: dict[uuid.UUID, Asset]
    renditions: dict[Wanted, Any]
    quizzes: dict[uuid.UUID, Quiz]
    media: Media


def _shown(lesson: LessonPage, pieces: list[Piece]) -> Shown:
    """Fetch it: two queries for videos with their captions, one for pictures, whatever the number."""
    ids = asset_ids_of(pieces)
    videos = Asset.objects.with_captions().order_by().in_bulk(ids) if ids else {}
    quizzes = {piece.id: quiz_of(piece) for piece in pieces if piece.kind == QUIZ}
    questions = [question for quiz in quizzes.values() for question in quiz.questions]
    in_text = {picture_id_of(raw["value"]) for raw in lesson.body.raw_data if raw["type"] == "picture"}
    renditions = renditions_of(pictures_of(questions) | {(pk, IN_TEXT) for pk in in_text if pk})
    media = media_of(questions, language=get_language() or "en", videos=videos, renditions=renditions)
    return Shown(videos, renditions, quizzes, media)


def _view(
    lesson: LessonPage,
    piece: Piece,
    number: int,
    standing: Standing,
    shown: Shown,
    request: HttpRequest,
) -> PieceView:
    rows = [standing.progress[i] for i in piece.block_ids if i in standing.progress]
    row = max(rows, key=lambda known: known.percent, default=None)
    view = PieceView(piece, number, is_done=bool(row and row.completed_at), percent=row.percent if row else 0)
    asset = shown.videos.get(piece.asset_id) if piece.asset_id else None
    duration_ms = (asset.duration_ms or 0) if asset and asset.is_playable else 0
    view.seconds = seconds_of(piece, {asset.pk: duration_ms} if asset else {})
    view.bytes_ = asset.bytes_for(getattr(request.user, "video_quality", "auto")) if duration_ms else 0
    if piece.kind == READING:
        view.blocks = [_block(lesson, place, shown) for place in range(piece.start, piece.stop)]
    elif piece.kind == VIDEO:
        view.blocks = [_bound(lesson, "video", piece.value | {"video": asset})]
        if asset:
            _show_video(view, asset, row, downloads=lesson.course.allows_downloads)
    elif piece.kind == QUIZ:
        view.quiz = shown.quizzes[piece.id]
        language = lesson.locale.language_code
        view.quiz_form = QuizForm(view.quiz.questions, prefix=piece.id, language=language, media=shown.media)
        view.attempt = standing.attempts.get(piece.id)
    elif piece.kind == ASSIGNMENT:
        view.assignment = assignment_of(piece)
        view.submission = standing.submissions.get(piece.id)
        example = shown.videos.get(view.assignment.example_id) if view.assignment.example_id else None
        view.player = player_for(example, language=get_language() or "en") if example else None
    if standing.enrolled or (lesson.open_to_all and request.user.is_authenticated):
        view.ticket = _ticket(request.user, lesson, piece, duration_ms)
    return view


def _bound(lesson: LessonPage, name: str, value: dict[str, Any]) -> Any:
    """Return a block of the stream with a value that is fetched already."""
    definition = lesson.body.stream_block.child_blocks[name]
    return definition.bind(StructValue(definition, value))


def _block(lesson: LessonPage, place: int, shown: Shown) -> Any:
    raw = lesson.body.raw_data[place]
    if raw["type"] != "picture":
        return lesson.body[place]
    return _bound(lesson, "picture", raw["value"] | {"image": picture_value(raw["value"], shown.renditions)})


def _show_video(view: PieceView, asset: Asset, row: PieceProgress | None, *, downloads: bool) -> None:
    start_ms = row.position_ms if row and not row.completed_at else 0
    view.player = player_for(asset, language=get_language() or "en", start_ms=start_ms, downloads=downloads)
    if not view.player.is_settled:  # its own sentences are for whoever sent it
        message = _("This video is being prepared. It will appear here by itself; read on meanwhile.")
        view.player = replace(view.player, message=message)


def _ticket(user: Any, lesson: LessonPage, piece: Piece, duration_ms: int) -> str:
    ticket = tickets.Ticket(
        lesson.course.course_key, lesson.lesson_key, piece.id, duration_ms, opened_at=timezone.now()
    )
    return tickets.issue(user, ticket)


def lesson_in(language: str | None, lesson_key: uuid.UUID) -> LessonPage | None:
    """Return the live lesson in ``language``, or in another when it has not been translated."""
    versions = LessonPage.objects.live().filter(translation_key=lesson_key).select_related("locale")
    return in_language(versions, language).get(lesson_key)


def due_in(lesson: LessonPage, learner: Any) -> Due | None:
    """Return when ``learner`` and her group mean to have done ``lesson``, while that day is not over: one query."""
    here = with_days(LessonPage.objects.filter(pk=lesson.pk).defer("body"), learner, lesson.course.course_key)
    due = dues_in(here, learner).get(lesson.lesson_key)
    return due if due and not due.is_over else None


def piece_in(lesson: LessonPage, piece_id: uuid.UUID, kind: str = "") -> Piece | None:
    """Return a piece of ``lesson`` by its id, of ``kind`` if given."""
    return next((p for p in lesson.pieces if piece_id in p.block_ids and kind in ("", p.kind)), None)
