"""The rows of one file in tables that only this connection sees: loaded once, added up and compared by the database.

``revenue_staged_row`` holds the rows, ``revenue_staged_key`` what they are added up by (numbered by ``bucket``), and
``revenue_staged_change`` what an earlier file said beside what this one says. Amounts are micros.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from revenue import loading
from revenue.importing.cells import RESTATED
from revenue.importing.reading import Key, Row
from revenue.sharing import Given

TABLES = ("row", "key", "sum", "total", "decision", "change")
BUCKETS_A_QUERY = 1000
_ROWS = ("line", "bucket", "day", "video_id", "video_title", "country", "micros")
_KEYS = ("bucket", "platform", "channel", "month", "adjustment")
_CREATE = (
    """CREATE TEMPORARY TABLE revenue_staged_row (line integer, bucket integer, day date, video_id varchar(64),
       video_title varchar(200), country varchar(2), micros bigint)""",
    """CREATE TEMPORARY TABLE revenue_staged_key (bucket integer PRIMARY KEY, platform varchar(16),
       channel varchar(200), month date, adjustment varchar(40))""",
)


class Sum(NamedTuple):
    """What the staged rows of one key add up to."""

    bucket: int
    key: Key
    row_count: int
    micros: int


class Change(NamedTuple):
    """What earlier files said of a channel, and what this one says."""

    platform: str
    channel: str
    was_micros: int
    now_micros: int

    @property
    def difference(self) -> int:
        """What would be booked of it."""
        return self.now_micros - self.was_micros


@contextmanager
def staged() -> Iterator[None]:
    """Make the tables, empty; they are gone afterwards."""
    _drop()
    _run(*_CREATE)
    try:
        yield
    finally:
        if not connection.needs_rollback:  # a broken transaction takes them along
            _drop()


def fill(rows: Iterable[Row], watch: Callable[[], None]) -> None:
    """Stage the rows of a file; ``watch`` is called after each batch and may raise to end it.

    Outside a transaction the rows come in short ones of their own, so that nobody waits for them.
    """
    buckets: dict[Key, int] = {}
    for batch in loading.batches(rows):
        numbered = [(line, buckets.setdefault(key, len(buckets) + 1), *rest) for line, key, *rest in batch]
        with _short_transaction():
            loading.load("revenue_staged_row", _ROWS, numbered)
        watch()
    with _short_transaction():
        loading.load("revenue_staged_key", _KEYS, ((bucket, *key) for key, bucket in buckets.items()))


def add_up() -> None:
    """Add the staged rows up by key."""
    _run(
        """CREATE TEMPORARY TABLE revenue_staged_sum AS SELECT bucket, COUNT(*) AS row_count,
           CAST(SUM(micros) AS bigint) AS micros FROM revenue_staged_row GROUP BY bucket"""
    )


def sums() -> list[Sum]:
    """Return what was added up, in the order of the buckets."""
    found = _fetch(
        """SELECT k.bucket, k.platform, k.channel, k.month, k.adjustment, s.row_count, s.micros
           FROM revenue_staged_key k JOIN revenue_staged_sum s ON s.bucket = k.bucket ORDER BY k.bucket"""
    )
    return [
        Sum(bucket, Key(platform, channel, _date(month), adjustment), count, micros)
        for bucket, platform, channel, month, adjustment, count, micros in found
    ]


def amounts(buckets: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Return the staged amounts of ``buckets``, each as (micros, how many rows of that amount)."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for start in range(0, len(buckets), BUCKETS_A_QUERY):
        some = buckets[start : start + BUCKETS_A_QUERY]
        marks = ", ".join(["%s"] * len(some))
        rows = _fetch(
            f"""SELECT bucket, micros, COUNT(*) FROM revenue_staged_row WHERE bucket IN ({marks})
                GROUP BY bucket, micros""",  # noqa: S608 - placeholders
            some,
        )
        for bucket, micros, count in rows:
            found[bucket].append((micros, count))
    return found


def size() -> tuple[int, int, int]:
    """Return how many sums there are, of how many rows, and their sum in micros."""
    ((count, row_count, micros),) = _fetch(
        "SELECT COUNT(*), COALESCE(SUM(row_count), 0), COALESCE(SUM(micros), 0) FROM revenue_staged_sum"
    )
    return count, int(row_count), int(micros)


def restate(reports: Iterable[UUID]) -> None:
    """Replace the staged rows by what differs from the rows of ``reports``: what they said, this file says anew.

    A row that only they have is taken back; its line is negative.
    """
    correction = f"CASE WHEN adjustment = '' THEN '{RESTATED}' ELSE adjustment END"
    _compare(reports, month="t.month", day="e.day", posted_as=correction, kept="")


def continue_from(reports: Iterable[UUID], month: date) -> None:
    """Replace the staged sums since the beginning by what they add to the rows of ``reports``, in ``month``.

    A video that only they have is left as it is: such a file may list fewer videos than the last one.
    """
    day = f"CAST('{month.isoformat()}' AS {'date' if connection.vendor == 'postgresql' else 'text'})"
    _compare(reports, month=day, day=day, posted_as="adjustment", kept="HAVING MAX(line) > 0")


def _compare(reports: Iterable[UUID], *, month: str, day: str, posted_as: str, kept: str) -> None:
    known = list(reports)
    original = f"CASE WHEN t.adjustment_type = '{RESTATED}' THEN '' ELSE t.adjustment_type END"
    keys = "platform, channel, month, adjustment, day, video_id, country"
    _run(
        f"""CREATE TEMPORARY TABLE revenue_staged_change AS SELECT {keys}, {posted_as} AS posted_as,
            MAX(line) AS line, MAX(video_title) AS video_title, CAST(SUM(was) AS bigint) AS was,
            CAST(SUM(now) AS bigint) AS now
            FROM (SELECT k.platform, k.channel, k.month, k.adjustment, r.day, r.video_id, r.country, r.line,
                         r.video_title, 0 AS was, r.micros AS now
                  FROM revenue_staged_row r JOIN revenue_staged_key k ON k.bucket = r.bucket
                  UNION ALL
                  SELECT t.platform, t.channel_external_id, {month}, {original}, {day}, e.video_id, e.country, 0,
                         e.video_title, e.amount_micros, 0
                  FROM revenue_earningrow e JOIN revenue_channeltotal t ON t.id = e.total_id
                  WHERE t.report_id IN ({", ".join(["%s"] * len(known)) or "NULL"})) both_files
            GROUP BY {keys} {kept}""",  # noqa: S608 - constants, a date of ours and placeholders
        params=known,
    )
    _run(
        "DELETE FROM revenue_staged_key",
        "DELETE FROM revenue_staged_row",
        """INSERT INTO revenue_staged_key (bucket, platform, channel, month, adjustment)
           SELECT ROW_NUMBER() OVER (ORDER BY platform, channel, month, posted_as), platform, channel, month, posted_as
           FROM (SELECT DISTINCT platform, channel, month, posted_as FROM revenue_staged_change
                 WHERE now <> was) changed""",
        """INSERT INTO revenue_staged_row (line, bucket, day, video_id, video_title, country, micros)
           SELECT CASE WHEN c.line > 0 THEN c.line ELSE -ROW_NUMBER() OVER (
                      ORDER BY c.platform, c.channel, c.month, c.adjustment, c.day, c.video_id, c.country) END,
                  k.bucket, c.day, c.video_id, c.video_title, c.country, c.now - c.was
           FROM revenue_staged_change c
           JOIN revenue_staged_key k ON k.platform = c.platform AND k.channel = c.channel AND k.month = c.month
                AND k.adjustment = c.posted_as
           WHERE c.now <> c.was""",
    )


def changes(most: int) -> list[Change]:
    """Return the channels whose sums changed, the largest change first, after a comparison."""
    found = _fetch(
        """SELECT platform, channel, CAST(SUM(was) AS bigint), CAST(SUM(now) AS bigint) FROM revenue_staged_change
           GROUP BY platform, channel HAVING SUM(CASE WHEN now <> was THEN 1 ELSE 0 END) > 0
           ORDER BY ABS(SUM(now) - SUM(was)) DESC, channel LIMIT %s""",
        [most],
    )
    return [Change(*row) for row in found]


def book_totals(report: UUID) -> None:
    """Store the sums as the report's totals."""
    _run(
        """INSERT INTO revenue_channeltotal (report_id, platform, channel_external_id, month, adjustment_type,
                                             row_count, gross_micros)
           SELECT %s, k.platform, k.channel, k.month, k.adjustment, s.row_count, s.micros
           FROM revenue_staged_key k JOIN revenue_staged_sum s ON s.bucket = k.bucket ORDER BY k.bucket""",
        params=[report],
    )
    _find_totals(report)


def book_rows() -> int:
    """Store the rows beneath the totals, in the order of their index; return how many."""
    return _run(
        """INSERT INTO revenue_earningrow (total_id, line, day, video_id, video_title, country, amount_micros)
           SELECT t.total_id, r.line, r.day, r.video_id, r.video_title, r.country, r.micros
           FROM revenue_staged_row r JOIN revenue_staged_total t ON t.bucket = r.bucket ORDER BY t.total_id, r.line"""
    )


def book_accruals(decided: Iterable[tuple[int, Given]], *, entry: UUID | None, period: int) -> None:
    """Store who gets which total, or which part of it: ``decided`` are buckets with what each creator is given."""
    uuid = "uuid" if connection.vendor == "postgresql" else "char(32)"
    _run(
        f"""CREATE TEMPORARY TABLE revenue_staged_decision (bucket integer, creator {uuid}, agreement {uuid},
            place smallint, sharing {uuid}, part bigint)"""
    )
    rows = (
        (bucket, given.creator_id, given.agreement.pk, given.place, given.sharing_id, given.part_micros)
        for bucket, given in decided
    )
    loading.load("revenue_staged_decision", ("bucket", "creator", "agreement", "place", "sharing", "part"), rows)
    _run(
        """INSERT INTO revenue_accrual (total_id, place, sharing_id, part_micros, creator_id, agreement_id, entry_id,
                                        period_id)
           SELECT t.total_id, d.place, d.sharing, d.part, d.creator, d.agreement, %s, %s
           FROM revenue_staged_decision d JOIN revenue_staged_total t ON t.bucket = d.bucket
           ORDER BY t.total_id, d.place""",
        params=[entry, period],
    )


def differing(report: UUID) -> list[tuple[int | None, str]]:
    """Return (total's pk or None, channel) of a hundred totals of ``report`` that are not what is staged."""
    _find_totals(report)
    return _fetch(
        """SELECT t.id, k.channel FROM revenue_staged_key k JOIN revenue_staged_sum s ON s.bucket = k.bucket
           LEFT JOIN revenue_staged_total f ON f.bucket = k.bucket LEFT JOIN revenue_channeltotal t ON t.id = f.total_id
           WHERE t.id IS NULL OR t.row_count <> s.row_count OR t.gross_micros <> s.micros
           UNION ALL
           SELECT t.id, t.channel_external_id FROM revenue_channeltotal t
           WHERE t.report_id = %s AND t.id NOT IN (SELECT total_id FROM revenue_staged_total) LIMIT 100""",
        [report],
    )


def _find_totals(report: UUID) -> None:
    """Note which stored total each bucket is."""
    _run(
        """CREATE TEMPORARY TABLE revenue_staged_total AS SELECT k.bucket, t.id AS total_id
           FROM revenue_staged_key k JOIN revenue_channeltotal t ON t.report_id = %s AND t.platform = k.platform
           AND t.channel_external_id = k.channel AND t.month = k.month AND t.adjustment_type = k.adjustment""",
        params=[report],
    )


def _drop() -> None:
    _run(*(f"DROP TABLE IF EXISTS {_temporary()}revenue_staged_{name}" for name in TABLES))


def _temporary() -> str:
    return "pg_temp." if connection.vendor == "postgresql" else "temp."


@contextmanager
def _short_transaction() -> Iterator[None]:
    """Hold one transaction that locks no table of ours (Django's own takes SQLite's write lock at once)."""
    if connection.in_atomic_block or connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _run(*statements: str, params: Iterable[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None if params is None else list(params))
        return cursor.rowcount


def _fetch(statement: str, params: Iterable[Any] = ()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(params))
        return cursor.fetchall()
