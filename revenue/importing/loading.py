"""Puts any number of rows into the table, as fast as each database takes them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from django.db import connection

from revenue.importing.formats import Row
from revenue.models import EarningRow

BATCH = 5000
COLUMNS = ("report_id", "total_id", "line", "day", "video_id", "video_title", "country", "amount_micros")
_TABLE = EarningRow._meta.db_table


def load(rows: Iterable[tuple[int, Row]], *, report_id: UUID) -> int:
    """Store ``(total's pk, row)`` pairs of one report inside the caller's transaction; return how many.

    COPY on PostgreSQL, batches of one prepared statement elsewhere; memory does not grow with the file.
    """
    return _copy(rows, report_id) if connection.vendor == "postgresql" else _insert(rows, report_id)


def _copy(rows: Iterable[tuple[int, Row]], report_id: UUID) -> int:
    count = 0
    statement = f"COPY {_TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for total, row in rows:
            copy.write_row(
                (report_id, total, row.line, row.day, row.video_id, row.video_title, row.country, row.micros)
            )
            count += 1
    return count


def _insert(rows: Iterable[tuple[int, Row]], report_id: UUID) -> int:
    count = 0
    marks = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT INTO {_TABLE} ({', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608 - constants only
    values = (
        (report_id.hex, total, row.line, row.day.isoformat(), row.video_id, row.video_title, row.country, row.micros)
        for total, row in rows
    )
    with connection.cursor() as cursor:
        for batch in _batches(values):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


def _batches(values: Iterator[tuple]) -> Iterator[list[tuple]]:
    while batch := list(islice(values, BATCH)):
        yield batch
