"""Reads a report row by row, and surveys a whole one. No Django models here."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from revenue.errors import UnreadableReportError
from revenue.importing.decoding import records
from revenue.importing.formats import TOTAL_WORDS, BadRowError, ReportFormat, Row

MOST_BAD_ROWS_SHOWN = 100
LARGEST_SUM = 9 * 10**18  # what the books can hold, in micros


class TotalKey(NamedTuple):
    """What a channel's rows are added up by."""

    platform: str
    channel: str
    month: date
    adjustment_type: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be booked, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Survey:
    """What one pass over a file found; nothing of it is stored."""

    unknown_columns: list[str] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_row_count: int = 0
    total_rows_skipped: int = 0
    row_count: int = 0
    earlier_rows: int = 0
    currency: str = ""
    sums: dict[TotalKey, int] = field(default_factory=lambda: defaultdict(int))
    counts: dict[TotalKey, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def gross_micros(self) -> int:
        """The sum of all rows."""
        return sum(self.sums.values())

    def refuse(self, line: int, reason: str) -> None:
        """Remember a bad row; the first hundred in words, the rest as a number."""
        self.bad_row_count += 1
        if len(self.bad_rows) < MOST_BAD_ROWS_SHOWN:
            self.bad_rows.append(BadRow(line, reason))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: its format, and what its source says where the rows do not."""

    layout: ReportFormat
    platform: str
    currency: str
    month: date


def survey(stream: BinaryIO, reading: Reading) -> Survey:
    """Read the whole file once and add it up. Raises UnreadableReportError when it is no such report."""
    found = Survey()
    for item in rows(stream, reading, found):
        if isinstance(item, BadRow):
            found.refuse(item.line, item.reason)
            continue
        key = total_key(item)
        found.row_count += 1
        found.sums[key] += item.micros
        found.counts[key] += 1
        found.earlier_rows += key.month < reading.month
        if abs(found.sums[key]) > LARGEST_SUM:
            raise UnreadableReportError(_("The amounts in this file are too large to be true."))
    if not found.row_count and not found.bad_row_count:
        raise UnreadableReportError(_("This file has no rows."))
    if abs(found.gross_micros) > LARGEST_SUM:
        raise UnreadableReportError(_("The amounts in this file are too large to be true."))
    return found


def rows(stream: BinaryIO, reading: Reading, found: Survey) -> Iterator[Row | BadRow]:
    """Yield every row that is not a total, understood or refused; header and totals are noted in ``found``."""
    lines = records(stream)
    header = _header(next(lines, (0, []))[1], reading.layout, found)
    for line, cells in lines:
        if cells[0].strip().lower() in TOTAL_WORDS:
            found.total_rows_skipped += 1
        elif len(cells) != len(header):
            yield BadRow(
                line,
                _("This row has %(here)s cells, the header %(header)s.") % {"here": len(cells), "header": len(header)},
            )
        else:
            yield _row(line, dict(zip(header, cells, strict=True)), reading, found)


def total_key(row: Row) -> TotalKey:
    """Return what ``row`` is added up by."""
    return TotalKey(row.platform, row.channel, row.day.replace(day=1), row.adjustment_type)


def _row(line: int, cells: dict[str, str], reading: Reading, found: Survey) -> Row | BadRow:
    try:
        row = reading.layout.row(line, cells, platform=reading.platform, currency=reading.currency)
    except BadRowError as error:
        return BadRow(line, str(error))
    if row.day.replace(day=1) > reading.month:
        return BadRow(line, _("The date %(date)s is after the month of this report.") % {"date": row.day.isoformat()})
    found.currency = found.currency or row.currency
    if row.currency != found.currency:
        return BadRow(
            line,
            _("This row is in %(this)s, the first one in %(first)s. Use one file for each currency.")
            % {"this": row.currency, "first": found.currency},
        )
    return row


def _header(cells: list[str], layout: ReportFormat, found: Survey) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if missing := sorted(layout.required - set(names)):
        raise UnreadableReportError(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnreadableReportError(_("These columns are there twice: %(names)s.") % {"names": ", ".join(twice)[:200]})
    found.unknown_columns = [name[:60] for name in names if name not in layout.columns]
    return names
