"""What the columns of each format mean. No Django models here.

``content_owner_ad_revenue_raw_a1`` is YouTube's monthly, final file for content owners; our own table is
documented in ``docs/reports-template.md``.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from revenue import money

YOUTUBE_COLUMNS: Final = (
    "adjustment_type", "date", "country_code", "video_id", "video_title", "video_duration_sec", "category",
    "channel_id", "uploader", "channel_display_name", "content_type", "policy", "owned_views",
    "youtube_revenue_split_auction", "youtube_revenue_split_reserved",
    "youtube_revenue_split_partner_sold_youtube_served", "youtube_revenue_split_partner_sold_partner_served",
    "youtube_revenue_split", "partner_revenue_auction", "partner_revenue_reserved",
    "partner_revenue_partner_sold_youtube_served", "partner_revenue_partner_sold_partner_served", "partner_revenue",
)  # fmt: skip
TEMPLATE_COLUMNS: Final = (
    "platform", "channel_id", "date", "amount", "currency", "adjustment_type", "country_code", "video_id",
    "video_title",
)  # fmt: skip
TOTAL_WORDS: Final = frozenset({"total", "totals", "sum", "合计", "总计"})
PLATFORMS: Final = frozenset({"youtube", "tiktok", "douyin", "toutiao", "facebook", "own_site"})

_IDENTIFIER = re.compile(r"[\w.@:/-]{1,200}", re.ASCII)
_DAMAGED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class BadRowError(ValueError):
    """One row cannot be booked; the message says why, for finance."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report, understood. ``day`` is the day or the first of the month it was earned in."""

    line: int
    platform: str
    channel: str
    day: date
    micros: int
    currency: str
    adjustment_type: str
    country: str
    video_id: str
    video_title: str


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """How one format is read: what columns there may and must be, and which holds what."""

    columns: tuple[str, ...]
    required: frozenset[str]
    amount: str
    currency: str | None
    platform: str | None
    adjustments: frozenset[str]

    def row(self, line: int, cells: dict[str, str], *, platform: str, currency: str) -> Row:
        """Understand one row; ``platform`` and ``currency`` stand in where the format has no column for them.

        Raises BadRowError.
        """
        return Row(
            line=line,
            platform=_platform(cells[self.platform]) if self.platform else platform,
            channel=_identifier(cells["channel_id"]),
            day=_day(cells["date"]),
            micros=_micros(cells[self.amount]),
            currency=_currency(cells[self.currency]) if self.currency else currency,
            adjustment_type=self._adjustment(cells.get("adjustment_type", "")),
            country=_country(cells.get("country_code", "")),
            video_id=_identifier(cells["video_id"])[:64] if cells.get("video_id", "").strip() else "",
            video_title=_INVISIBLE.sub("", cells.get("video_title", "")).strip()[:200],
        )

    def _adjustment(self, text: str) -> str:
        text = text.strip()
        if text.lower() in {"", "none"}:
            return ""
        if text not in self.adjustments:
            raise BadRowError(_("The kind of adjustment “%(text)s” is not known.") % {"text": text[:60]})
        return text


ADJUSTMENTS: Final = frozenset(
    {
        "Backpay", "Conflict Resolution", "Dispute Resolution", "Dispute Conflict Resolution", "Spam Adjustment",
        "Revenue Correction",
    }
)  # fmt: skip

FORMATS: Final = {
    "youtube_ad_revenue_raw_a1": ReportFormat(
        columns=YOUTUBE_COLUMNS,
        required=frozenset({"adjustment_type", "date", "country_code", "video_id", "channel_id", "partner_revenue"}),
        amount="partner_revenue",
        currency=None,
        platform=None,
        adjustments=ADJUSTMENTS,
    ),
    "template": ReportFormat(
        columns=TEMPLATE_COLUMNS,
        required=frozenset({"platform", "channel_id", "date", "amount", "currency"}),
        amount="amount",
        currency="currency",
        platform="platform",
        adjustments=ADJUSTMENTS,
    ),
}


def _identifier(text: str) -> str:
    text = text.strip(" ")  # ids that start with "-" carry a space in some exports
    if _DAMAGED.fullmatch(text):
        raise BadRowError(
            _("The id “%(id)s” was damaged by a spreadsheet. Use the file as it was downloaded.") % {"id": text}
        )
    if not _IDENTIFIER.fullmatch(text):
        raise BadRowError(_("“%(id)s” is no id of a channel or a video.") % {"id": text[:60]})
    return text


def _micros(text: str) -> int:
    try:
        return money.parse_micros(text)
    except money.BadFigureError as error:
        raise BadRowError(
            _("“%(text)s” is no amount. Amounts are written like -12.34, without signs or separators.")
            % {"text": text.strip()[:60]}
        ) from error


@lru_cache(maxsize=1024)
def _day(text: str) -> date:
    text = text.strip()
    for pattern in ("%Y%m%d", "%Y-%m-%d", "%Y-%m"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise BadRowError(_("“%(text)s” is no date.") % {"text": text[:60]})


def _currency(text: str) -> str:
    code = text.strip()
    if not money.is_currency(code):
        raise BadRowError(_("“%(text)s” is no currency code.") % {"text": code[:60]})
    return code


def _country(text: str) -> str:
    code = text.strip()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
        raise BadRowError(_("“%(text)s” is no country code.") % {"text": code[:60]})
    return code


def _platform(text: str) -> str:
    name = text.strip()
    if name not in PLATFORMS:
        raise BadRowError(_("“%(text)s” is no platform we know.") % {"text": name[:60]})
    return name
