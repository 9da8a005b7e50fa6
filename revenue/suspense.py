"""Money of channels nobody has confirmed: what waits, and how it is released."""

import logging
from collections import defaultdict
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.utils.translation import gettext as _

from creators.models import Channel
from revenue import bookkeeping, chart
from revenue.agreements import AgreementBook
from revenue.audit import log
from revenue.errors import AgreementError, NotReadyError
from revenue.importing.accruing import Share, release
from revenue.importing.preview import confirmed_channels
from revenue.models import Account, Accrual, ChannelTotal, EarningRow, Period, Report
from revenue.sharing import Given, SharingBook, divide

ENTRY_KIND = "release"
logger = logging.getLogger(__name__)


class Waiting(TypedDict):
    """What waits for one channel in one currency; the amount is gross micros."""

    platform: str
    channel_external_id: str
    report__currency: str
    gross_micros: int
    row_count: int
    since: date


def waiting() -> Any:
    """Return a queryset of :class:`Waiting` rows, the oldest first, of one month the largest."""
    return (
        ChannelTotal.objects.waiting()
        .values("platform", "channel_external_id", "report__currency")
        .annotate(gross_micros=Sum("gross_micros"), row_count=Sum("row_count"), since=Min("month"))
        .order_by("since", "-gross_micros", "channel_external_id")
    )


def balances() -> list[Account]:
    """Return every suspense account that holds something; ``waits`` is how much, minor units."""
    accounts = Account.objects.filter(code__startswith=chart.suspense("")).annotate(waits=-Sum("postings__amount"))
    return list(accounts.exclude(waits=0).order_by("currency", "code"))


@transaction.atomic
def release_channel(*, channel: Channel, by: Any = None) -> int:
    """Give a confirmed channel's waiting money to its creator, one entry a report; return how many totals moved.

    It counts in the report's month, or in the next open one. Doing it again moves nothing.
    Raises NotReadyError unless the channel is confirmed, AgreementError when no agreement is in force or the channel
    is shared under another owner.
    """
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    if channel not in Channel.objects.confirmed():
        raise NotReadyError(_("This channel is not confirmed."))
    totals = (
        ChannelTotal.objects.waiting()
        .filter(platform=channel.platform, channel_external_id=channel.external_id)
        .select_related("report__source")
    )
    by_report: dict[Report, list[ChannelTotal]] = defaultdict(list)
    for total in totals.order_by("report__kept_at", "pk"):
        by_report[total.report].append(total)
    books = AgreementBook(), SharingBook()
    for report, group in by_report.items():
        _release(report, group, channel, books, by)
    return sum(len(group) for group in by_report.values())


def sweep(*, by: Any = None) -> int:
    """Release whatever waits although its channel is confirmed; return how many totals moved.

    The news of a confirmation may be lost; this is what makes that harmless. A channel that cannot be decided waits on.
    """
    keys = set(ChannelTotal.objects.waiting().values_list("platform", "channel_external_id").distinct())
    found: dict[tuple[str, str], UUID] = confirmed_channels(keys)
    moved = 0
    for platform, external_id in sorted(found):
        channel = Channel.objects.confirmed().filter(platform=platform, external_id=external_id).first()
        try:
            moved += release_channel(channel=channel, by=by) if channel else 0
        except AgreementError as error:
            logger.warning("money of channel %s stays in suspense: %s", channel.pk, error)
    return moved


def _release(
    report: Report, totals: list[ChannelTotal], channel: Channel, books: tuple[AgreementBook, SharingBook], by: Any
) -> None:
    shared = books[1].knows(platform=channel.platform, external_id=channel.external_id)
    amounts = _amounts(totals) if shared else {}
    decided = [
        (total, one) for total in totals for one in _given(report, total, amounts.get(total.pk, []), channel, books)
    ]
    shares = [Share(one.creator_id, one.agreement.creator_bps, one.micros) for _total, one in decided]
    period = Period.objects.open_from(report.counted_in.month)
    entry = bookkeeping.post(
        kind=ENTRY_KIND, reference=f"{report.pk}/{channel.platform}/{channel.external_id}", period=period, by=by,
        lines=release(source=report.source.slug, currency=report.currency, shares=shares),
    )  # fmt: skip
    Accrual.objects.bulk_create(
        Accrual(
            total=total, creator_id=one.creator_id, agreement=one.agreement, entry=entry, period=period,
            place=one.place, sharing_id=one.sharing_id, part_micros=one.part_micros,
        )
        for total, one in decided
    )  # fmt: skip
    log(channel, "revenue.suspense_released", user=by, data={"report": str(report.pk), "totals": len(totals)})


def _amounts(totals: list[ChannelTotal]) -> dict[int, list[tuple[int, int]]]:
    """Return the amounts of the rows of each total, each as (micros, how many rows of that amount)."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = EarningRow.objects.filter(total__in=totals).order_by().values_list("total", "amount_micros")
    for total_id, micros, count in rows.annotate(rows=Count("pk")):
        found[total_id].append((micros, count))
    return found


def _given(
    report: Report,
    total: ChannelTotal,
    amounts: list[tuple[int, int]],
    channel: Channel,
    books: tuple[AgreementBook, SharingBook],
) -> tuple[Given, ...]:
    """Return who gets a total that waited: its owner, or each who shares the channel her part of its rows."""
    agreements, sharings = books
    sharing = sharings.in_force(
        platform=total.platform, external_id=total.channel_external_id, owner_id=channel.profile_id, month=total.month
    )
    given = agreements.decide(
        source_id=report.source_id, owner_id=channel.profile_id, sharing=sharing, month=total.month
    )
    parts = divide(amounts, sharing.weights) if sharing else [total.gross_micros]
    return tuple(one._replace(micros=part) for one, part in zip(given, parts, strict=True))
