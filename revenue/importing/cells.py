"""What stands in the cells of a report: ids, amounts, dates, codes. No Django models here.

Each reader is made once for a file and remembers what it has read, for a million rows repeat themselves.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext_noop as N_

from revenue import money
from revenue.importing.findings import BadRowError, Finding
from revenue.importing.mapping import DATES, Mapping, word

PLATFORMS: Final = frozenset({"youtube", "tiktok", "douyin", "toutiao", "facebook", "own_site"})
ADJUSTMENTS: Final = frozenset(
    {
        "Backpay", "Conflict Resolution", "Dispute Resolution", "Dispute Conflict Resolution", "Spam Adjustment",
        "Revenue Correction",
    }
)  # fmt: skip
RESTATED: Final = "Restated"  # ours, for what a later file of the same month changed

_IDENTIFIER = re.compile(r"[\w.@:/-]{1,200}", re.ASCII)
_DAMAGED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_GROUPED = {
    "1,234.56": re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII),
    "1.234,56": re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", re.ASCII),
    "1 234,56": re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:,[0-9]+)?", re.ASCII),
}
_SEPARATORS = re.compile("[.,'\u00a0\u202f ]")
_SHOWN = 60


def identifier(text: str) -> str:
    """Return an id of a channel or a video. Raises BadRowError, above all for one that a spreadsheet damaged."""
    text = text.strip(" ")  # ids that start with "-" carry a space in some exports
    if _DAMAGED.fullmatch(text):
        raise BadRowError(
            Finding(N_("The id “%(id)s” was damaged by a spreadsheet. Use the file as it was downloaded."), id=text)
        )
    if not _IDENTIFIER.fullmatch(text):
        raise BadRowError(Finding(N_("“%(id)s” is no id of a channel or a video."), id=text[:_SHOWN]))
    return text


def video(text: str) -> str:
    """Return the id of a video, or nothing where there is none. Raises BadRowError."""
    return identifier(text)[:64] if text and not text.isspace() else ""


def title(text: str) -> str:
    """Return a title without what nobody sees, 200 letters at most."""
    return (text if text.isprintable() and text.isascii() else _INVISIBLE.sub("", text)).strip()[:200]


def country(text: str) -> str:
    """Return a country code or nothing. Raises BadRowError."""
    code = text.strip()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
        raise BadRowError(Finding(N_("“%(text)s” is no country code."), text=code[:_SHOWN]))
    return code


def currency(text: str) -> str:
    """Return an ISO 4217 code. Raises BadRowError."""
    code = text.strip()
    if not money.is_currency(code):
        raise BadRowError(Finding(N_("“%(text)s” is no currency code."), text=code[:_SHOWN]))
    return code


def platform(text: str) -> str:
    """Return a platform we know. Raises BadRowError."""
    name = text.strip()
    if name not in PLATFORMS:
        raise BadRowError(Finding(N_("“%(text)s” is no platform we know."), text=name[:_SHOWN]))
    return name


def adjustment(text: str) -> str:
    """Return what kind of adjustment a row is, or nothing. Raises BadRowError."""
    text = text.strip()
    if text.lower() in {"", "none"}:
        return ""
    if text not in ADJUSTMENTS:
        raise BadRowError(Finding(N_("The kind of adjustment “%(text)s” is not known."), text=text[:_SHOWN]))
    return text


def amounts(mapping: Mapping) -> Callable[[str], int]:
    """Return a reader of amounts into micros, as the mapping says they are written. It raises BadRowError."""
    decimal = "," if mapping.numbers.endswith(",56") else "."
    grouped = _GROUPED.get(mapping.numbers)

    def read(text: str) -> int:
        if grouped is not None:
            text = text.strip()
            if grouped.fullmatch(text):
                whole, point, part = text.partition(decimal)
                text = f"{_SEPARATORS.sub('', whole)}{'.' if point else ''}{part}"
            elif decimal == ",":
                text = text.replace(".", "?").replace(",", ".")
        try:
            return mapping.sign * money.parse_micros(text)
        except money.BadFigureError as error:
            if mapping.blanks and word(text) in mapping.blanks:
                return 0
            raise BadRowError(
                Finding(N_("“%(text)s” is no amount. In this mapping amounts are written like %(example)s."),
                        text=text.strip()[:_SHOWN], example=mapping.numbers)
            ) from error  # fmt: skip

    return read


def days(mapping: Mapping, month: date) -> Callable[[str], tuple[str, date] | None]:
    """Return a reader of dates into the day (ISO 8601) and the first of its month; None for a sum since the beginning.

    It raises BadRowError for what is no date, and for a day after ``month``.
    """
    patterns = [DATES[name] for name in mapping.dates]

    @lru_cache(maxsize=4096)
    def read(text: str) -> tuple[str, date] | None:
        if mapping.lifetime and word(text) in mapping.lifetime:
            return None
        day = _day(text.strip(), patterns)
        first = day.replace(day=1)
        if first > month:
            raise BadRowError(Finding(N_("The date %(date)s is after the month of this report."), date=day.isoformat()))
        return day.isoformat(), first

    return read


def _day(text: str, patterns: Iterable[str]) -> date:
    for pattern in patterns:
        if pattern == "%Y%m%d" and len(text) != len("YYYYMMDD"):
            continue  # strptime would read 202611 as the first of January
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise BadRowError(Finding(N_("“%(text)s” is no date."), text=text[:_SHOWN]))
