"""Months as people type them."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from revenue.errors import RevenueError


class NoMonthError(RevenueError):
    """What was typed is no month like 2026-10."""


def parse_month(text: str) -> date:
    """Return the first day of ``2026-10``. Raises NoMonthError."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m").date()
    except ValueError as error:
        raise NoMonthError(_("“%(text)s” is no month. Write it like 2026-10.") % {"text": text[:20]}) from error


def this_month() -> date:
    """Return the first day of the month it is now, in UTC."""
    return timezone.now().date().replace(day=1)
