"""How the columns of a platform's file are to be read, as data that finance makes. No Django models here.

A mapping is a JSON object::

    {"columns": {"amount": ["Estimated earnings ({currency})", "预估收入 ({currency})"], "date": ["Date", "日期"]},
     "unused": ["Views"], "totals": ["total", "合计"], "control": "total_row", "numbers": "1,234.56",
     "dates": ["YYYY-MM-DD"], "lifetime": ["lifetime"], "blanks": ["", "n/a"], "sign": 1}

Each field names the headers it may stand under, in any language; ``{currency}`` stands for an ISO 4217 code. A field
without a column is taken from the source: its platform, its account, its currency, the month of the report.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_noop as N_

from revenue.errors import UnreadableReportError
from revenue.importing.findings import Finding

FIELDS: Final = ("channel", "date", "amount", "currency", "platform", "adjustment", "country", "video", "title")
NUMBERS: Final = ("1234.56", "1,234.56", "1.234,56", "1 234,56")
DATES: Final = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYYMMDD": "%Y%m%d",
    "YYYY-MM": "%Y-%m",
    "YYYY/MM/DD": "%Y/%m/%d",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "YYYY年MM月DD日": "%Y年%m月%d日",
}
NO_CONTROL: Final = "none"
TOTAL_ROW: Final = "total_row"
MOST_NAMES = 200

_CURRENCY = "{currency}"
_UNSEEN = re.compile("[\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file, understood: where each field stands, and what was not understood."""

    width: int
    places: dict[str, int]
    currency: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, checked. ``columns`` holds for each field the headers it may stand under, the preferred one first."""

    columns: dict[str, tuple[str, ...]]
    unused: tuple[str, ...] = ()
    totals: frozenset[str] = frozenset()
    control: str = NO_CONTROL
    numbers: str = NUMBERS[0]
    dates: tuple[str, ...] = ("YYYY-MM-DD",)
    lifetime: frozenset[str] = frozenset()
    blanks: frozenset[str] = frozenset()
    sign: int = 1
    _patterns: dict[str, list[re.Pattern[str]]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, headers in (*self.columns.items(), ("", self.unused)):
            self._patterns[name] = [_pattern(header) for header in headers]

    def header(self, cells: Sequence[str]) -> Header:
        """Find the fields among a file's first line. Raises UnreadableReportError when it is no such file."""
        names = [tidy(cell) for cell in cells]
        _require_once(names)
        places: dict[str, int] = {}
        currencies: set[str] = set()
        for name in self.columns:
            place, code = self._place(name, names)
            if place is not None:
                places[name] = place
                currencies |= {code} if code else set()
            elif name in _REQUIRED:
                expected = " / ".join(self.columns[name])[:300]
                raise UnreadableReportError(Finding(N_("These columns are missing: %(names)s."), names=expected))
        if len(currencies) > 1:
            raise UnreadableReportError(Finding(N_("The header names more than one currency.")))
        used = {names[place] for place in places.values()}
        unknown = [name for name in names if name and name not in used and not self._is_known(name)]
        return Header(len(names), places, next(iter(currencies), ""), tuple(name[:60] for name in unknown))

    def _place(self, name: str, names: Sequence[str]) -> tuple[int | None, str]:
        for pattern in self._patterns[name]:
            hits = [(place, match) for place, text in enumerate(names) if (match := pattern.fullmatch(text))]
            if len(hits) > 1:
                raise UnreadableReportError(
                    Finding(N_("Two columns could be “%(field)s”: %(names)s."), field=name,
                            names=", ".join(names[place][:60] for place, _match in hits))
                )  # fmt: skip
            if hits:
                place, match = hits[0]
                return place, match.groupdict().get("currency", "").upper()
        return None, ""

    def _is_known(self, name: str) -> bool:
        return any(pattern.fullmatch(name) for patterns in self._patterns.values() for pattern in patterns)


# A field that a mapping has a column for must be in the file; the rest may be left out of it.
_REQUIRED: Final = frozenset({"channel", "date", "amount", "currency", "platform"})


def of_json(kept: Any) -> Mapping:
    """Return the mapping that ``kept`` (see the head of this module) describes.

    Raises UnreadableReportError with a sentence for whoever made it.
    """
    if not isinstance(kept, dict) or not isinstance(kept.get("columns"), dict):
        raise UnreadableReportError(Finding(N_("This mapping names no columns.")))
    columns = {name: _names(kept["columns"].get(name)) for name in FIELDS if kept["columns"].get(name)}
    if "amount" not in columns:
        raise UnreadableReportError(Finding(N_("Say which column holds the amount.")))
    dates = tuple(kept.get("dates") or ())
    if not dates or any(pattern not in DATES for pattern in dates):
        raise UnreadableReportError(Finding(N_("Say how dates are written.")))
    if {"DD/MM/YYYY", "MM/DD/YYYY"} <= set(dates):
        raise UnreadableReportError(Finding(N_("Days and months cannot be told apart. Choose one way to write dates.")))
    if kept.get("numbers") not in NUMBERS or kept.get("sign") not in (1, -1):
        raise UnreadableReportError(Finding(N_("Say how amounts are written.")))
    if kept.get("control") not in (NO_CONTROL, TOTAL_ROW):
        raise UnreadableReportError(Finding(N_("Say whether the file has a row with its total.")))
    return Mapping(
        columns=columns, unused=_names(kept.get("unused")), totals=_words(kept.get("totals")), control=kept["control"],
        numbers=kept["numbers"], dates=dates, lifetime=_words(kept.get("lifetime")),
        blanks=_words(kept.get("blanks")), sign=kept["sign"],
    )  # fmt: skip


def tidy(text: str) -> str:
    """Return a header as it is compared: without marks nobody sees, single spaces."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def word(text: str) -> str:
    """Return a word of a cell as it is compared."""
    return tidy(text).casefold()


def _pattern(header: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in tidy(header).split(_CURRENCY)]
    return re.compile(r"(?P<currency>[A-Za-z]{3})".join(parts[:2]), re.IGNORECASE)


def _require_once(names: Sequence[str]) -> None:
    counts = Counter(name.casefold() for name in names if name)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        listed = ", ".join(twice)[:200]
        raise UnreadableReportError(Finding(N_("These columns are there twice: %(names)s."), names=listed))


def _names(kept: Any) -> tuple[str, ...]:
    return tuple(tidy(name) for name in _strings(kept))


def _words(kept: Any) -> frozenset[str]:
    return frozenset(word(name) for name in _strings(kept))


def _strings(kept: Any) -> Iterable[str]:
    if not isinstance(kept, list | tuple | type(None)) or not all(isinstance(name, str) for name in kept or ()):
        raise UnreadableReportError(Finding(N_("This mapping is not written as it should be.")))
    return (kept or ())[:MOST_NAMES]
