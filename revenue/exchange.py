"""Money that arrives in another currency than is owed: trading accounts, and gain or loss by a dated rate."""

from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import bookkeeping, chart
from revenue.audit import log
from revenue.bookkeeping import Line
from revenue.errors import NotReadyError
from revenue.models import Exchange, ExchangeRate, Period, Source
from revenue.models.payouts import RailName
from revenue.money import converted, is_currency
from revenue.receipts import ENTRY_KIND

OLDEST: Final = timedelta(days=7)  # over a long weekend banks publish nothing
PERMISSION: Final = "revenue.exchange_money"


@transaction.atomic
def keep_rate(*, base: str, quote: str, day: date, rate_nanos: int, source: str, by: Any) -> ExchangeRate:
    """Write down what one unit of ``base`` was worth in ``quote`` on a day, in billionths.

    Raises NotReadyError for the same currency, no source, a day to come, or a rate that is there; PermissionDenied.
    """
    _require(by)
    if base == quote or not is_currency(base) or not is_currency(quote):
        raise NotReadyError(_("Name two different currencies, like EUR and USD."))
    if rate_nanos < 1 or not source.strip():
        raise NotReadyError(_("Write the rate, and where it stands."))
    if day > timezone.now().date():
        raise NotReadyError(_("This day is still to come."))
    if ExchangeRate.objects.filter(base=base, quote=quote, day=day).exists():
        raise NotReadyError(_("There is a rate of these currencies for this day."))
    rate = ExchangeRate.objects.create(
        base=base, quote=quote, day=day, rate_nanos=rate_nanos, source=source.strip(), made_by=by
    )
    log(rate, "revenue.rate_kept", user=by, data={"rate": str(rate), "day": day.isoformat()})
    return rate


def rate_on(*, base: str, quote: str, day: date) -> ExchangeRate:
    """Return the rate of a day, or the last one of the week before it. Raises NotReadyError when there is none."""
    known = ExchangeRate.objects.filter(base=base, quote=quote, day__lte=day, day__gte=day - OLDEST)
    if rate := known.order_by("-day").first():
        return rate
    raise NotReadyError(
        _("Write down the rate of %(base)s in %(quote)s for %(day)s first.")
        % {"base": base, "quote": quote, "day": day.isoformat()}
    )


@transaction.atomic
def record_arrival(
    *, source: Source, owed: int, owed_currency: str, arrived: int, arrived_currency: str, day: date, reference: str,
    by: Any,
) -> Exchange:  # fmt: skip
    """Write down that ``owed`` minor units of a platform arrived as another currency, once for each bank reference.

    Raises NotReadyError without amounts, a reference or a rate of that week; AlreadyPostedError, PermissionDenied.
    """
    _require(by)
    if owed <= 0 or arrived <= 0 or not reference.strip():
        raise NotReadyError(_("Write the amount that arrived and the bank's reference."))
    if owed_currency == arrived_currency:
        raise NotReadyError(_("Name two different currencies, like EUR and USD."))
    if day > timezone.now().date():
        raise NotReadyError(_("This day is still to come."))
    rate = rate_on(base=owed_currency, quote=arrived_currency, day=day)
    entry = bookkeeping.post(
        kind=ENTRY_KIND, reference=f"{source.slug}/{reference.strip()}", period=Period.objects.open_from(day), by=by,
        lines=lines_of(source.slug, rate, owed, arrived),
    )  # fmt: skip
    made = Exchange.objects.create(
        entry=entry, source=source, rate=rate, owed=owed, arrived=arrived, gain=gain_of(rate, owed, arrived), day=day
    )
    data = {"owed": owed, "arrived": arrived, "rate": str(rate)}
    log(source, "revenue.receipt_recorded", user=by, data=data)
    return made


def gain_of(rate: ExchangeRate, owed: int, arrived: int) -> int:
    """Return how much more arrived than it was worth by the rate, minor units of what arrived; a loss is below zero."""
    return arrived - converted(owed, rate.base, rate.quote, rate.rate_nanos)


def lines_of(source: str, rate: ExchangeRate, owed: int, arrived: int) -> list[Line]:
    """Return the lines of an exchange: each currency sums to zero, and the gain or loss has a line of its own."""
    gain = gain_of(rate, owed, arrived)
    return [
        Line(chart.receivable(source), rate.base, -owed),
        Line(chart.FX_TRADING, rate.base, owed),
        Line(chart.FX_TRADING, rate.quote, gain - arrived),
        Line(chart.FX_GAIN_LOSS, rate.quote, -gain),
        Line(chart.bank(RailName.BANK_FILE.value), rate.quote, arrived),
    ]


def _require(by: Any) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
