"""Puts any number of rows into a table, as fast as each database takes them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from uuid import UUID

from django.db import connection

BATCH = 20_000
sqlite3.register_adapter(UUID, attrgetter("hex"))  # as Django stores it; PostgreSQL's driver knows how by itself


def load(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Add ``rows`` to a table inside the caller's transaction and return how many; names are never user input.

    COPY on PostgreSQL, batches of one prepared statement elsewhere; memory does not grow with the rows.
    """
    return _copy(table, columns, rows) if connection.vendor == "postgresql" else _insert(table, columns, rows)


def batches(rows: Iterable[Sequence[object]], size: int = BATCH) -> Iterator[list[Sequence[object]]]:
    """Yield ``rows`` in lists of ``size``, the last one shorter."""
    items = iter(rows)
    while batch := list(islice(items, size)):
        yield batch


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names are constants
    with connection.cursor() as cursor:
        for batch in batches(rows):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count
