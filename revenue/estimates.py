"""What platforms guess for months that are not final; shown to creators, never owed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Sum, UUIDField

from creators.models import Channel
from revenue import money
from revenue.agreements import AgreementBook
from revenue.errors import AgreementError, OtherOwnerError
from revenue.models import Accrual, ChannelSharing, ChannelTotal, Report
from revenue.sharing import SharingBook


@dataclass(frozen=True, slots=True)
class Estimate:
    """Her part of what a source estimates for a month, whole minor units."""

    month: date
    source: str
    currency: str
    amount: int


def estimates_for(creator: Any) -> list[Estimate]:
    """Say what platforms estimate for a creator in months that are not final, the newest first; none of it is owed."""
    totals = list(_totals(creator))
    if not totals:
        return []
    sharings = SharingBook(creator_id=creator.pk)
    grosses: dict[tuple, int] = defaultdict(int)
    for month, currency, name, source_id, platform, external_id, owner_id, gross in totals:
        try:
            sharing = sharings.in_force(platform=platform, external_id=external_id, owner_id=owner_id, month=month)
        except OtherOwnerError:
            continue
        if sharing is None and owner_id != creator.pk:
            continue
        part = sharings.part(sharing and sharing.id, creator.pk, int(gross))
        grosses[month, currency, name, source_id, platform] += part
    settled = set(Accrual.objects.filter(creator=creator).values_list("total__month", "total__platform").distinct())
    book = AgreementBook(creator_id=creator.pk)
    found = []
    for (month, currency, name, source_id, platform), gross in grosses.items():
        if (month, platform) in settled:
            continue
        try:
            agreement = book.in_force(source_id=source_id, creator_id=creator.pk, month=month)
        except AgreementError:
            continue  # nobody has said yet what her part is
        units = money.share_units(gross, agreement.creator_bps)
        found.append(Estimate(month, name, currency, money.whole_minor(units, currency)[0]))
    return found


def _totals(creator: Any) -> Any:
    """Return what her own channels and those she has a part of are estimated to bring."""
    channels = Channel.objects.confirmed().filter(
        Q(profile=creator) | Q(pk__in=ChannelSharing.objects.filter(parts__creator=creator).values("channel")),
        platform=OuterRef("platform"), external_id=OuterRef("channel_external_id"),
    )  # fmt: skip
    totals = ChannelTotal.objects.filter(report__in=Report.objects.latest_estimates()).filter(Exists(channels))
    return (
        totals.annotate(owner=Subquery(channels.values("profile")[:1], output_field=UUIDField()))
        .values_list(
            "month", "report__currency", "report__source__name", "report__source", "platform", "channel_external_id",
            "owner",
        )
        .annotate(gross=Sum("gross_micros"))
        .order_by("-month", "report__source__name")
    )  # fmt: skip
