"""Progress in the pieces of a lesson: one UPSERT a heartbeat, harmless when repeated, late or out of order.

Every column joins by a rule that does not mind order: sets of played cells by union, times by the greatest,
the position by the later event. What is done once stays done. See docs/decisions/courses-progress.md.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
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
    done: bool = False


@dataclass(frozen=True)
class Standing:
    """How far she is in a piece after a report."""

    piece_id: uuid.UUID
    percent: int
    done: bool
    lesson_done: bool = False


@transaction.atomic
def record(*, learner: Any, reports: Iterable[Report]) -> list[Standing]:
    """Join ``reports``, at most one a piece, to what is known of ``learner``'s progress.

    Cells are taken over only as far as the clock allows: nobody has watched ten minutes that opened the
    piece one minute ago. A piece that is done by this finishes its lesson when it was the last.
    """
    reports = {report.piece_id: report for report in reports}
    if not reports:
        return []
    rows = [_row(learner, report) for report in reports.values()]
    with connection.cursor() as cursor:
        cursor.execute(_upsert(len(rows)), [value for row in rows for value in row])
        written = cursor.fetchall()
    field = PieceProgress._meta.get_field("piece_id")
    standings = []
    for raw_id, cells, completed_at in written:
        piece_id = raw_id if isinstance(raw_id, uuid.UUID) else uuid.UUID(field.to_python(raw_id).hex)
        report = reports[piece_id]
        is_done = completed_at is not None
        now_done = is_done and _moment(completed_at) == report.at
        lesson_done = now_done and finish_lesson_if_due(
            learner=learner, course_key=report.course_key, lesson_key=report.lesson_key
        )
        percent = 100 if is_done else coverage.percent(cells)
        standings.append(Standing(piece_id, percent, is_done, lesson_done))
    return standings


def finish_piece(*, learner: Any, course_key: uuid.UUID, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> Standing:
    """Write down that a piece is done: read to its end, answered, or passed by the instructor."""
    now = timezone.now()
    report = Report(course_key, lesson_key, piece_id, opened_at=now, at=now, done=True)
    return record(learner=learner, reports=[report])[0]


def _moment(raw: Any) -> datetime | None:
    """Return a stored time as the ORM would: SQLite gives it without its zone."""
    moment = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _adapted(column: str, value: Any) -> Any:
    name = column.removesuffix("_id") if column == "learner_id" else column
    return PieceProgress._meta.get_field(name).get_db_prep_save(value, connection)


def _row(learner: Any, report: Report) -> list[Any]:
    done = report.done or coverage.is_complete(report.cells, report.end_reached)
    values = {
        "learner_id": learner.pk,
        "course_key": report.course_key,
        "lesson_key": report.lesson_key,
        "piece_id": report.piece_id,
        "cells": report.cells,
        "end_reached": report.end_reached,
        "duration_ms": report.duration_ms,
        "position_ms": report.position_ms,
        "furthest_ms": report.position_ms,
        "opened_at": report.opened_at,
        "last_at": report.at,
        "completed_at": report.at if done else None,
    }
    return [_adapted(column, values[column]) for column in COLUMNS]


# What the two databases spell differently. ``bit_count`` is registered for SQLite by courses.apps.
_SPELLING = {
    "sqlite": {
        "count": "bit_count({0})",
        "least": "min",
        "greatest": "max",
        "elapsed_ms": "((julianday('now') - julianday({0})) * 86400000)",
    },
    "postgresql": {
        "count": "bit_count(({0})::bit(64))",
        "least": "least",
        "greatest": "greatest",
        "elapsed_ms": "(extract(epoch from (clock_timestamp() - {0})) * 1000)",
    },
}


def _upsert(rows: int) -> str:
    """Return the statement for ``rows`` rows. Only names of ours are put into it; values are parameters."""
    say = _SPELLING[connection.vendor]
    opened = f"{say['least']}(p.opened_at, excluded.opened_at)"
    union = "(p.cells | excluded.cells)"
    elapsed = say["elapsed_ms"].format(opened)
    fits = (
        f"{say['count'].format(union)} * excluded.duration_ms"
        f" <= {coverage.CELLS} * ({coverage.FASTEST} * {elapsed} + {coverage.SLACK_MS})"
    )
    cells = f"(CASE WHEN {fits} THEN {union} ELSE p.cells END)"
    end = "(p.end_reached OR excluded.end_reached)"
    played = say["count"].format(cells)
    enough = f"({played} >= {coverage.ENOUGH} OR ({end} AND {played} >= {coverage.ENOUGH_AT_THE_END}))"
    marks = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
    return f"""
        INSERT INTO {PieceProgress._meta.db_table} AS p ({", ".join(COLUMNS)})
        VALUES {", ".join([marks] * rows)}
        ON CONFLICT (learner_id, lesson_key, piece_id) DO UPDATE SET
            opened_at = {opened},
            cells = {cells},
            end_reached = {end},
            duration_ms = {say["greatest"]}(p.duration_ms, excluded.duration_ms),
            position_ms = CASE WHEN excluded.last_at >= p.last_at THEN excluded.position_ms ELSE p.position_ms END,
            furthest_ms = {say["greatest"]}(p.furthest_ms, excluded.furthest_ms),
            last_at = {say["greatest"]}(p.last_at, excluded.last_at),
            completed_at = COALESCE(p.completed_at, excluded.completed_at, CASE WHEN {enough} THEN excluded.last_at END)
        RETURNING piece_id, cells, completed_at
    """  # noqa: S608  (every part is a constant of this module)
