"""Progress in the pieces of a lesson: one UPSERT a heartbeat, harmless when repeated, late or out of order.

Every column joins by a rule that does not mind order: sets of played cells by union, times by the greatest,
the position by the later event. What is done once stays done. See docs/decisions/courses-progress.md.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from courses import coverage
from courses.completion import finish_lesson_if_due
from courses.models import PieceProgress

COLUMNS = (
    "learner_id",
    "course_key",
    "lesson_key",
    "piece_id",
    "cells",
    "end_reached",
    "duration_ms",
    "position_ms",
    "furthest_ms",
    "opened_at",
    "last_at",
    "completed_at",
)
LESSON, PIECE, COMPLETED = map(COLUMNS.index, ("lesson_key", "piece_id", "completed_at"))


@dataclass(frozen=True)
class Report:
    """What is now known of one piece. ``at`` is when it happened, ``opened_at`` when she opened the piece."""

    course_key: uuid.UUID
    lesson_key: uuid.UUID
    piece_id: uuid.UUID
    opened_at: datetime
    at: datetime
    cells: int = 0
    end_reached: bool = False
    duration_ms: int = 0
    position_ms: int = 0
    furthest_ms: int = 0
    done: bool = False


@dataclass(frozen=True)
class Standing:
    """How far she is in a piece after a report."""

    piece_id: uuid.UUID
    percent: int
    done: bool
    lesson_done: bool = False


ByPiece = dict[tuple[Any, Any], tuple[Report, list[Any]]]


def record(*, learner: Any, reports: Iterable[Report]) -> list[Standing]:
    """Join ``reports``, at most one a piece, to what is known of ``learner``'s progress.

    Cells count only as far as the clock allows: nobody has watched ten minutes that opened the piece one
    minute ago. A piece that is done by this finishes its lesson when it was the last, in one transaction; reports
    that finish nothing, as nearly all do, need none.
    """
    by_piece = _by_piece(learner, reports)
    standings = _noted(learner, by_piece)
    if standings is None:
        with transaction.atomic():
            written = _write([row for _report, row in by_piece.values()], finishing=True)
            standings = [_standing(learner, by_piece, values) for values in written]
    return standings


def note(*, learner: Any, reports: Iterable[Report]) -> list[Standing] | None:
    """Join ``reports`` as ``record`` does; None when one of them would finish something, which is then left to it."""
    return _noted(learner, _by_piece(learner, reports))


def _by_piece(learner: Any, reports: Iterable[Report]) -> ByPiece:
    """Return each report with its row, by what stands for its piece in a row."""
    with_rows = ((report, _row(learner, report)) for report in reports)
    return {(row[LESSON], row[PIECE]): (report, row) for report, row in with_rows}


def _noted(learner: Any, by_piece: ByPiece) -> list[Standing] | None:
    rows = [row for _report, row in by_piece.values()]
    if any(row[COMPLETED] for row in rows):
        return None
    written = _write(rows, finishing=False) if rows else []
    return [_standing(learner, by_piece, values) for values in written] if len(written) == len(rows) else None


def _write(rows: list[list[Any]], *, finishing: bool) -> list[tuple[Any, ...]]:
    """Join ``rows`` to what is known; return those written. Unless ``finishing``, what would be done by it is left."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.binding_cursor() as cursor:
        cursor.execute(_upsert(connection.vendor, len(rows), finishing), [value for row in rows for value in row])
        return cursor.fetchall()


def _standing(learner: Any, by_piece: ByPiece, values: tuple[Any, ...]) -> Standing:
    """Return how far she is by a row that was written; finishes its lesson when it was done by her report."""
    lesson_key, piece_id, cells, duration_ms, elapsed_ms, completed_at = values
    report, _row = by_piece[lesson_key, piece_id]
    done = completed_at is not None
    lesson_done = (
        done
        and _moment(completed_at) == report.at
        and finish_lesson_if_due(learner=learner, course_key=report.course_key, lesson_key=report.lesson_key)
    )
    played = coverage.counted(cells, elapsed_ms=int(elapsed_ms), duration_ms=duration_ms, done=done)
    return Standing(report.piece_id, coverage.percent(played), done, lesson_done)


def finish_piece(*, learner: Any, course_key: uuid.UUID, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> Standing:
    """Write down that a piece is done: read to its end, answered, or passed by the instructor."""
    now = timezone.now()
    report = Report(course_key, lesson_key, piece_id, opened_at=now, at=now, done=True)
    return record(learner=learner, reports=[report])[0]


def _moment(raw: datetime | str) -> datetime:
    """Return a stored time as the ORM would: SQLite gives it without its zone, some versions of it as text."""
    value = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _row(learner: Any, report: Report) -> list[Any]:
    """Return the values of ``COLUMNS`` as the database takes them; written out, for the ORM needs longer for it."""
    connection = connections[DEFAULT_DB_ALIAS]
    elapsed_ms = (report.at - report.opened_at) // timedelta(milliseconds=1)
    done = report.done or coverage.is_complete(
        report.cells, report.end_reached, elapsed_ms=elapsed_ms, duration_ms=report.duration_ms
    )
    keys = (report.course_key, report.lesson_key, report.piece_id)
    opened_at, at = map(connection.ops.adapt_datetimefield_value, (report.opened_at, report.at))
    return [
        learner.pk,
        *(keys if connection.features.has_native_uuid_field else (key.hex for key in keys)),
        report.cells,
        report.end_reached,
        report.duration_ms,
        report.position_ms,
        report.furthest_ms,
        opened_at,
        at,
        at if done else None,
    ]


# What the two databases spell differently. ``bit_count`` is registered for SQLite by courses.apps.
_SPELLING = {
    "sqlite": {
        "count": "bit_count({0})",
        "least": "min",
        "greatest": "max",
        "elapsed_ms": "round((julianday({0}) - julianday({1})) * 86400000)",
    },
    "postgresql": {
        "count": "bit_count(({0})::bit(64))",
        "least": "least",
        "greatest": "greatest",
        "elapsed_ms": "round(extract(epoch from ({0} - {1})) * 1000)",
    },
}


@cache
def _upsert(vendor: str, rows: int, finishing: bool) -> str:
    """Return the statement for ``rows`` rows. Only names of ours are put into it; values are parameters.

    Whether a piece is done is worked out from the joined values alone, as ``coverage.is_complete`` does.
    """
    say = _SPELLING[vendor]
    opened = f"{say['least']}(p.opened_at, excluded.opened_at)"
    last = f"{say['greatest']}(p.last_at, excluded.last_at)"
    duration = f"{say['greatest']}(p.duration_ms, excluded.duration_ms)"
    cells = "(p.cells | excluded.cells)"
    end = "(p.end_reached OR excluded.end_reached)"
    budget = f"{coverage.CELLS} * ({coverage.FASTEST} * {say['elapsed_ms'].format(last, opened)} + {coverage.SLACK_MS})"

    def played(least: int) -> str:
        return f"({say['count'].format(cells)} >= {least} AND {least} * {duration} <= {budget})"

    elapsed_ms = say["elapsed_ms"].format("last_at", "opened_at")
    enough = f"({played(coverage.ENOUGH)} OR ({end} AND {played(coverage.ENOUGH_AT_THE_END)}))"
    marks = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
    statement = f"""
        INSERT INTO {PieceProgress._meta.db_table} AS p ({", ".join(COLUMNS)})
        VALUES {", ".join([marks] * rows)}
        ON CONFLICT (learner_id, lesson_key, piece_id) DO UPDATE SET
            opened_at = {opened},
            cells = {cells},
            end_reached = {end},
            duration_ms = {duration},
            position_ms = CASE
                WHEN excluded.last_at > p.last_at THEN excluded.position_ms
                WHEN excluded.last_at < p.last_at THEN p.position_ms
                ELSE {say["greatest"]}(p.position_ms, excluded.position_ms) END,
            furthest_ms = {say["greatest"]}(p.furthest_ms, excluded.furthest_ms),
            last_at = {last},
            completed_at = COALESCE(p.completed_at, excluded.completed_at, CASE WHEN {enough} THEN excluded.last_at END)
        {"" if finishing else f"WHERE p.completed_at IS NOT NULL OR NOT {enough}"}
        RETURNING lesson_key, piece_id, cells, duration_ms, {elapsed_ms}, completed_at
    """  # noqa: S608  (every part is a constant of this module)
    return " ".join(statement.split())
