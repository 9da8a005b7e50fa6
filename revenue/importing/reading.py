"""Reads a report row by row. No Django models here."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext_noop as N_

from revenue.errors import UnreadableReportError
from revenue.importing import cells as read
from revenue.importing.decoding import records
from revenue.importing.findings import BadRowError, Finding
from revenue.importing.mapping import TOTAL_ROW, Header, Mapping

MOST_BAD_ROWS_SHOWN = 100
LARGEST_SUM = 9 * 10**18  # what the books can hold, in micros


class Key(NamedTuple):
    """What a channel's rows are added up by."""

    platform: str
    channel: str
    month: date
    adjustment: str


class Row(NamedTuple):
    """One line of a report, understood; ``day`` is written as ISO 8601 has it."""

    line: int
    key: Key
    day: str
    video_id: str
    video_title: str
    country: str
    micros: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file is to be read: the mapping, and what holds where the rows do not say it."""

    mapping: Mapping
    platform: str
    account: str
    currency: str
    month: date


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be booked, and why."""

    line: int
    reason: Finding


@dataclass(slots=True)
class Survey:
    """What one pass over a file found besides its rows. Amounts are micros."""

    currency: str = ""
    unknown_columns: tuple[str, ...] = ()
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_row_count: int = 0
    total_rows: int = 0
    stated_totals: set[int] = field(default_factory=set)
    row_count: int = 0
    earlier_rows: int = 0
    lifetime_rows: int = 0
    gross_micros: int = 0
    moved_micros: int = 0

    def refuse(self, line: int, reason: Finding) -> None:
        """Remember a bad row; the first hundred in words, the rest as a number."""
        self.bad_row_count += 1
        if len(self.bad_rows) < MOST_BAD_ROWS_SHOWN:
            self.bad_rows.append(BadRow(line, reason))


def rows(stream: BinaryIO, plan: Plan, found: Survey) -> Iterator[Row]:
    """Yield every row that can be booked; everything else is noted in ``found``.

    Raises UnreadableReportError when the file is no report of this mapping.
    """
    lines = records(stream)
    header = plan.mapping.header(next(lines, (0, []))[1])
    found.unknown_columns = header.unknown
    found.currency = _currency(header, plan)
    understand = _row_reader(header, plan, found)
    totals, width = plan.mapping.totals, header.width
    for line, cells in lines:
        if cells[0].strip().casefold() in totals:
            _note_total(cells, header, plan, found)
        elif len(cells) != width:
            found.refuse(line, Finding(N_("This row has %(here)s cells, the header %(header)s."),
                                       here=len(cells), header=width))  # fmt: skip
        else:
            try:
                yield understand(line, cells)
            except BadRowError as error:
                found.refuse(line, error.args[0])
    if not found.row_count and not found.bad_row_count:
        raise UnreadableReportError(Finding(N_("This file has no rows.")))


def _row_reader(header: Header, plan: Plan, found: Survey) -> Callable[[int, list[str]], Row]:
    """Return what understands one row; it raises BadRowError, and UnreadableReportError beyond ``LARGEST_SUM``."""
    place = {name: header.places.get(name, header.width) for name in plan.mapping.columns}
    absent = header.width  # the cell put behind every row, for the columns this file does not have
    at_date, at_amount = place.get("date", absent), place["amount"]
    at_video, at_title, at_country = (place.get(name, absent) for name in ("video", "title", "country"))
    key_of = _key_reader(header, plan)
    at_key = tuple(place.get(name, absent) for name in ("platform", "channel", "adjustment"))
    at_platform, at_channel, at_adjustment = at_key
    at_currency = header.places.get("currency")
    read_day, read_amount = read.days(plan.mapping, plan.month), read.amounts(plan.mapping)
    read_country, read_title = lru_cache(maxsize=1024)(read.country), read.title
    whole_month, this_month = (plan.month.isoformat(), plan.month), plan.month
    is_dated = "date" in header.places

    def understand(line: int, cells: list[str]) -> Row:
        cells.append("")
        span = read_day(cells[at_date]) if is_dated else whole_month
        is_lifetime = span is None
        day, month = span or whole_month
        key = key_of(cells[at_platform], cells[at_channel], month, cells[at_adjustment])
        micros = read_amount(cells[at_amount])
        row = Row(line, key, day, read.video(cells[at_video]), read_title(cells[at_title]),
                  read_country(cells[at_country]), micros)  # fmt: skip
        if at_currency is not None and cells[at_currency] != found.currency:
            _same_currency(cells[at_currency], found)
        _count(found, micros, is_earlier=month < this_month, is_lifetime=is_lifetime)
        return row

    return understand


def _key_reader(header: Header, plan: Plan) -> Callable[[str, str, date, str], Key]:
    has_platform, has_channel = "platform" in header.places, "channel" in header.places
    if not has_channel and not plan.account:
        message = N_("This file does not say whose channel it is about. Write the channel's id with the file.")
        raise UnreadableReportError(Finding(message))

    @lru_cache(maxsize=2**17)
    def key_of(platform: str, channel: str, month: date, adjustment: str) -> Key:
        return Key(
            read.platform(platform) if has_platform else plan.platform,
            read.identifier(channel if has_channel else plan.account),
            month,
            read.adjustment(adjustment),
        )

    return key_of


def _count(found: Survey, micros: int, *, is_earlier: bool, is_lifetime: bool) -> None:
    found.row_count += 1
    found.earlier_rows += is_earlier
    found.lifetime_rows += is_lifetime
    found.gross_micros += micros
    found.moved_micros += abs(micros)
    if found.moved_micros > LARGEST_SUM:
        raise UnreadableReportError(Finding(N_("The amounts in this file are too large to be true.")))


def _currency(header: Header, plan: Plan) -> str:
    """Return the currency of the file, empty while only its rows say it. Raises UnreadableReportError."""
    if "currency" in header.places:
        return plan.currency
    code = header.currency or plan.currency
    if not code:
        raise UnreadableReportError(Finding(N_("This file does not say its currency. Give the source one.")))
    try:
        read.currency(code)
    except BadRowError as error:
        raise UnreadableReportError(error.args[0]) from error
    if plan.currency and code != plan.currency:
        message = N_("This file is in %(file)s, its source in %(source)s.")
        raise UnreadableReportError(Finding(message, file=code, source=plan.currency))
    return code


def _same_currency(text: str, found: Survey) -> None:
    code = read.currency(text)
    found.currency = found.currency or code
    if code != found.currency:
        message = N_("This row is in %(this)s, the first one in %(first)s. Use one file for each currency.")
        raise BadRowError(Finding(message, this=code, first=found.currency))


def _note_total(cells: Sequence[str], header: Header, plan: Plan, found: Survey) -> None:
    found.total_rows += 1
    place = header.places["amount"]
    if plan.mapping.control == TOTAL_ROW and place < len(cells):
        try:
            found.stated_totals.add(read.amounts(plan.mapping)(cells[place]))
        except BadRowError as error:
            raise UnreadableReportError(error.args[0]) from error
