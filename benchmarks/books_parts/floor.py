"""A month imported and closed by bare set-based SQL: what ``books.py`` measures us by.

It fills the tables of a second database of the same schema, with their columns, keys, indexes and references, but
without their triggers and checks. It loads the same file and leaves the same rows with the same figures; ids are made
up by the database, digests cover the figures of their statement, and the entry is chained to nothing. It knows what
the file holds: it reads no header, doubts no cell, and looks for nothing that this month does not have.
"""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from revenue import triggers
from revenue.importing.ready_made import YOUTUBE_COLUMNS
from revenue.models import Account, JournalEntry, Period, Report, ShareAgreement, Source

STORED = itemgetter(0, 1, 2, 3, 4, 7, 22)  # the columns whose cells are stored
# What each database calls it.
WORDS = {
    "sqlite": {
        "uuid": "LOWER(HEX(RANDOMBLOB(16)))",
        "hash": "SHA256_HEX({0})",
        "code": "'creator_payable:' || SUBSTR(m.creator_id, 1, 8) || '-' || SUBSTR(m.creator_id, 9, 4) || '-'"
        " || SUBSTR(m.creator_id, 13, 4) || '-' || SUBSTR(m.creator_id, 17, 4) || '-' || SUBSTR(m.creator_id, 21)",
        "month": "SUBSTR(date, 1, 8) || '01'",
    },
    "postgresql": {
        "uuid": "GEN_RANDOM_UUID()",
        "hash": "ENCODE(SHA256(CAST({0} AS bytea)), 'hex')",
        "code": "'creator_payable:' || m.creator_id",
        "month": "CAST(DATE_TRUNC('month', date) AS date)",
    },
}
SAID = "'2026-01 USD ' || creator_id || ' ' || earned || ' ' || micros || ' ' || rest"  # what a digest covers
MOVED = """CREATE TEMPORARY TABLE moved AS SELECT a.creator_id, CAST(SUM(t.gross_micros) AS bigint) AS micros
    FROM revenue_accrual a JOIN revenue_channeltotal t ON t.id = a.total_id GROUP BY 1"""
IMPORT = (
    """INSERT INTO revenue_channeltotal
           (report_id, platform, channel_external_id, month, adjustment_type, row_count, gross_micros)
       SELECT %(report)s, 'youtube', channel_id, {month}, REPLACE(adjustment_type, 'None', ''), COUNT(*),
              SUM(CAST(ROUND(partner_revenue * 1000000) AS bigint))
       FROM staged GROUP BY 3, 4, 5""",
    """INSERT INTO revenue_earningrow (total_id, line, day, video_id, video_title, country, amount_micros)
       SELECT t.id, s.line + 1, s.date, s.video_id, s.video_title, s.country_code,
              CAST(ROUND(s.partner_revenue * 1000000) AS bigint)
       FROM staged s JOIN revenue_channeltotal t ON t.channel_external_id = s.channel_id ORDER BY t.id, s.line""",
    """INSERT INTO revenue_accrual (total_id, place, creator_id, agreement_id, entry_id, period_id)
       SELECT t.id, 1, c.profile_id, %(agreement)s, %(entry)s, %(period)s FROM revenue_channeltotal t
       JOIN creators_channel c ON c.external_id = t.channel_external_id ORDER BY t.id""",
    MOVED,
    "INSERT INTO revenue_account (code, currency) SELECT {code}, 'USD' FROM moved m",
    """INSERT INTO revenue_posting (entry_id, line, account_id, currency, amount)
       SELECT %(entry)s, ROW_NUMBER() OVER (), a.id, 'USD', -(m.micros * 7 / 100000)
       FROM moved m JOIN revenue_account a ON a.code = {code}""",
)
CLOSE = (
    MOVED,
    """INSERT INTO revenue_statement
           (id, creator_id, period_id, currency, opening, earned, reserved, withheld, payable, carried, threshold,
            approvals_needed, carry_in_units, carry_out_units, digest, state, made_at)
       SELECT {uuid}, creator_id, %(period)s, 'USD', 0, earned, 0, 0,
              CASE WHEN earned >= %(threshold)s THEN earned ELSE 0 END,
              CASE WHEN earned >= %(threshold)s THEN 0 ELSE earned END,
              %(threshold)s, CASE WHEN earned >= %(limit)s THEN 2 ELSE 1 END, 0, rest, {digest}, 'draft', %(now)s
       FROM (SELECT creator_id, micros, micros * 7 / 100000 AS earned, micros * 7000 %% 100000000 AS rest
             FROM moved) shared""",
    """INSERT INTO revenue_statementline
           (statement_id, position, kind, source_id, agreement_id, adjustment_type, row_count, gross_micros,
            creator_bps, amount, rest_units)
       SELECT s.id, 1, 'earnings', %(source)s, a.agreement_id, '', t.row_count, t.gross_micros, 7000, s.earned, 0
       FROM revenue_statement s JOIN revenue_accrual a ON a.creator_id = s.creator_id
       JOIN revenue_channeltotal t ON t.id = a.total_id""",
    """INSERT INTO revenue_statementflag (statement_id, kind)
       SELECT id, 'first_payout' FROM revenue_statement WHERE payable > 0""",
    """INSERT INTO revenue_statementflag (statement_id, kind)
       SELECT id, 'no_details' FROM revenue_statement WHERE payable > 0""",
    "UPDATE revenue_period SET state = 'locked' WHERE id = %(period)s",
)
# What of each table has to come to the same.
FIGURES = {
    "revenue_report": "gross_micros",
    "revenue_channeltotal": "gross_micros + row_count",
    "revenue_earningrow": "amount_micros + line",
    "revenue_accrual": "place",
    "revenue_account": "LENGTH(code)",
    "revenue_journalentry": "lines",
    "revenue_posting": "ABS(amount)",
    "revenue_statement": "earned + payable + carried + carry_out_units",
    "revenue_statementline": "amount + gross_micros + row_count",
    "revenue_statementflag": "LENGTH(kind)",
}


def unguard() -> None:
    """Take away what guards the tables: triggers, and on PostgreSQL their checks (SQLite is told each time)."""
    triggers.remove(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conname ~ '^revenue_'"
            )
            for table, name in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def left() -> dict[str, list[int]]:
    """Return how many rows each table has, and what their figures add up to."""
    found = {}
    with connection.cursor() as cursor:
        for table, figure in FIGURES.items():
            cursor.execute(f"SELECT COUNT(*), CAST(SUM({figure}) AS bigint) FROM {table}")
            found[table] = list(cursor.fetchone())
    return found


def import_month(file: Path, month: date) -> None:
    """Keep the file, load it, add it up by channel and post it."""
    shutil.copyfile(file, file.with_suffix(".kept"))
    now, by = timezone.now(), get_user_model().objects.first()
    with _unchecked() as cursor:
        period = Period.objects.create(month=month)
        source = Source.objects.get(slug="youtube-ad-revenue")
        entry = JournalEntry(kind="report", period=period, lines=2, number=1, digest="0" * 64, made_by=by, made_at=now)
        entry.save()
        report = Report(
            source=source, mapping=source.mapping, period=period, counted_in=period, entry=entry, kept_by=by,
            posted_by=by, posted_at=now, state="posted", currency="USD", size_bytes=file.stat().st_size,
        )  # fmt: skip
        report.save()
        _load(file, cursor)
        agreement = ShareAgreement.objects.get()
        keys = {"report": report.pk, "entry": entry.pk, "agreement": agreement.pk, "period": period.pk}
        _run(IMPORT, keys, cursor)
        cursor.execute(
            "SELECT COUNT(*), CAST(SUM(micros) AS bigint), CAST(SUM(micros * 7 / 100000) AS bigint) FROM moved"
        )
        lines, micros, given = cursor.fetchone()
        whole, programme = micros // 10_000, micros * 3 // 100_000
        rest = {
            "programme_income": -programme, "receivable:youtube-ad-revenue": whole,
            "rounding": given + programme - whole,
        }  # fmt: skip
        for line, (code, amount) in enumerate(rest.items(), lines + 1):
            account = Account.objects.create(code=code, currency="USD")
            entry.postings.create(line=line, account=account, currency="USD", amount=amount)
        entry.lines, report.gross_micros = lines + len(rest), micros
        entry.save()
        report.save()


def close_month() -> None:
    """Make everybody's statement with its line and its two flags, and lock the month."""
    report = Report.objects.get()
    with _unchecked() as cursor:
        keys = {
            "source": report.source_id, "period": report.period_id, "now": timezone.now(),
            "threshold": settings.REVENUE_PAYOUT_THRESHOLDS["USD"],
            "limit": settings.REVENUE_SECOND_APPROVAL_FROM["USD"],
        }  # fmt: skip
        _run(CLOSE, keys, cursor)


def _load(file: Path, cursor: Any) -> None:
    """Put the file into a table that only this connection sees; ``line`` counts from one."""
    if connection.vendor == "postgresql":
        types = {"date": "date", "partner_revenue": "numeric"}
        columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in YOUTUBE_COLUMNS)
        cursor.execute(f"CREATE TEMPORARY TABLE staged (line integer GENERATED ALWAYS AS IDENTITY, {columns})")
        copying = f"COPY staged ({', '.join(YOUTUBE_COLUMNS)}) FROM STDIN (FORMAT csv, HEADER)"
        with file.open("rb") as stream, cursor.copy(copying) as copy:
            while block := stream.read(2**20):
                copy.write(block)
        return
    columns = ", ".join(STORED(YOUTUBE_COLUMNS))
    cursor.execute(f"CREATE TEMPORARY TABLE staged (line integer PRIMARY KEY, {columns})")
    day = "SUBSTR(?2, 1, 4) || '-' || SUBSTR(?2, 5, 2) || '-' || SUBSTR(?2, 7)"
    with file.open(newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        insert = f"INSERT INTO staged ({columns}) VALUES (?1, {day}, ?3, ?4, ?5, ?6, ?7)"
        connection.connection.executemany(insert, map(STORED, rows))


@contextmanager
def _unchecked() -> Iterator[Any]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            connection.connection.create_function("SHA256_HEX", 1, lambda text: sha256(text.encode()).hexdigest())
        with transaction.atomic():
            yield cursor


def _run(statements: tuple[str, ...], keys: dict[str, Any], cursor: Any) -> None:
    words = WORDS[connection.vendor]
    for statement in statements:
        cursor.execute(statement.format(**words, digest=words["hash"].format(SAID)), keys)
