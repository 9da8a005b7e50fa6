"""What fits into the minutes she has: the next pieces of her own courses, counted from where she left them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from courses.coverage import CELLS
from courses.models import LessonPage, PieceProgress, Submission
from courses.outline import LessonLine, Outline
from courses.pieces import Measured, Piece, asset_ids_of, seconds_left, seconds_of
from media_pipeline.models import Asset

CHOICES = (5, 10, 20)  # minutes
COURSES = 3
LESSONS = 4  # of a course: twenty minutes are rarely more


@dataclass(frozen=True)
class Bite(Measured):
    """One piece with what is left of it: ``seconds`` are those that she still needs."""

    piece: Piece
    lesson: LessonPage
    url: str
    seconds: float
    bytes_: int
    is_begun: bool


@dataclass
class Plan:
    """The pieces of one course that fit, in order; ``longer`` is the first that does not, when none does."""

    outline: Outline
    bites: list[Bite] = field(default_factory=list)
    longer: Bite | None = None


def minutes_asked(text: str | None) -> int | None:
    """Return the minutes she chose, None when it is not one of the choices."""
    return next((minutes for minutes in CHOICES if str(minutes) == text), None)


def plans_for(user: Any, outlines: Iterable[Outline], minutes: int) -> list[Plan]:
    """Return what fits into ``minutes`` in each of the first courses of ``outlines``: at most four queries.

    The order of a course is kept: what comes after a piece that does not fit is not offered instead of it.
    """
    outlines = list(outlines)[:COURSES]
    keys = [outline.course.course_key for outline in outlines]
    rows = list(PieceProgress.objects.filter(learner=user, course_key__in=keys).order_by("-last_at"))
    lines = {outline.course.course_key: _next_lines(outline, rows) for outline in outlines}
    bodies = LessonPage.objects.in_bulk([line.lesson.pk for some in lines.values() for line in some])
    pieces = {pk: page.pieces for pk, page in bodies.items()}
    videos = _videos(pieces.values())
    sent = Submission.objects.owned_by(user).filter(course_key__in=keys, state=Submission.State.SENT)
    settled = {row.piece_id for row in rows if row.completed_at} | set(sent.values_list("piece_id", flat=True))
    plans = []
    for outline in outlines:
        bites = [
            _bite(line, piece, rows, videos, quality=user.video_quality)
            for line in lines[outline.course.course_key]
            for piece in pieces[line.lesson.pk]
            if piece.counts and not piece.is_in(settled)
        ]
        if bites:
            plans.append(_fit(Plan(outline), bites, minutes))
    return plans


def _next_lines(outline: Outline, rows: list[PieceProgress]) -> list[LessonLine]:
    """Return the next lessons that she has not finished, from the one she touched last."""
    last = next((row.lesson_key for row in rows if row.course_key == outline.course.course_key), None)
    start = next((n for n, line in enumerate(outline.lessons) if line.lesson.lesson_key == last), 0)
    turned = [*outline.lessons[start:], *outline.lessons[:start]]
    return [line for line in turned if not line.is_done][:LESSONS]


def _videos(chains: Iterable[list[Piece]]) -> dict[uuid.UUID, Asset]:
    ids = {asset_id for chain in chains for asset_id in asset_ids_of(chain)}
    return Asset.objects.in_bulk(ids) if ids else {}


def _bite(
    line: LessonLine, piece: Piece, rows: list[PieceProgress], videos: dict[uuid.UUID, Asset], *, quality: str
) -> Bite:
    row = next((r for r in rows if r.lesson_key == line.lesson.lesson_key and piece.is_in([r.piece_id])), None)
    video = videos.get(piece.asset_id) if piece.asset_id else None
    seconds = seconds_of(piece, {pk: asset.duration_ms or 0 for pk, asset in videos.items()})
    if row and video:
        seconds = seconds_left(seconds, position_ms=row.position_ms, unplayed=(CELLS - row.played) / CELLS)
    return Bite(
        piece,
        line.lesson,
        url=f"{line.url}#piece-{piece.id}",
        seconds=seconds,
        bytes_=video.bytes_for(quality) if video else 0,
        is_begun=bool(row and row.position_ms),
    )


def _fit(plan: Plan, bites: list[Bite], minutes: int) -> Plan:
    """Take ``bites`` while they fit, counted in whole minutes as she reads them."""
    for bite in bites:
        if bite.minutes > minutes:
            break
        minutes -= bite.minutes
        plan.bites.append(bite)
    if not plan.bites:
        plan.longer = bites[0]
    return plan
