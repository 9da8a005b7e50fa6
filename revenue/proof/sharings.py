"""Shared channels: their parts are whole, each row is divided among them again, and nobody was left out."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from revenue.models import Accrual, ChannelSharing, EarningRow, SharingPart
from revenue.money import WHOLE_BPS
from revenue.proof.findings import Proof
from revenue.sharing import SharingBook, divide

CHUNK = 5000


def check_sharings(proof: Proof, *, recompute: bool) -> None:
    """Hold who shares what against the books; with ``recompute``, divide every row of a shared channel again."""
    proof.checked["shared channels"] = ChannelSharing.objects.count()
    if not proof.checked["shared channels"]:
        proof.same("accruals of shared channels", Accrual.objects.filter(sharing__isnull=False).count(), 0)
        return
    sums = SharingPart.objects.order_by().values_list("sharing").annotate(sum=Sum("bps"), parts=Count("pk"))
    for sharing, total, parts in sums.exclude(sum=WHOLE_BPS, parts=F("sharing__part_count")):
        proof.wrong(f"shared channel {sharing}: its {parts} parts come to {total} of {WHOLE_BPS}")
    _check_months(proof)
    if recompute:
        _check_parts(proof)
    else:
        shared = Accrual.objects.filter(sharing__isnull=False).order_by().values("total").distinct()
        proof.left_out["totals of shared channels"] = shared.count()


def _check_months(proof: Proof) -> None:
    shared = Accrual.objects.filter(sharing__isnull=False)
    outside = Q(total__month__lt=F("sharing__effective_from")) | Q(total__month__gte=F("sharing__effective_to"))
    for pk in shared.filter(outside).values_list("pk", flat=True)[:100]:
        proof.wrong(f"accrual {pk} is shared in a month in which its channel was not")
    in_force = ChannelSharing.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=OuterRef("total__month")),
        channel__platform=OuterRef("total__platform"), channel__external_id=OuterRef("total__channel_external_id"),
        effective_from__lte=OuterRef("total__month"),
    )  # fmt: skip
    for pk in Accrual.objects.filter(Exists(in_force), sharing=None).values_list("pk", flat=True)[:100]:
        proof.wrong(f"accrual {pk} is of a shared channel and was given to one creator alone")
    others = ChannelSharing.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=OuterRef("effective_from")),
        Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
        channel__platform=OuterRef("channel__platform"), channel__external_id=OuterRef("channel__external_id"),
        effective_from__lte=OuterRef("effective_from"),
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    in_any = ChannelSharing.objects.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")))
    for pk in in_any.filter(Exists(others)).values_list("pk", flat=True)[:100]:
        proof.wrong(f"shared channel {pk}: in some month it is shared twice")


def _check_parts(proof: Proof) -> None:
    book = SharingBook()
    accruals = Accrual.objects.filter(sharing__isnull=False).order_by("total", "place")
    given = accruals.values_list("total", "sharing", "creator", "part_micros").iterator(chunk_size=CHUNK)
    totals = Accrual.objects.filter(total=OuterRef("total"), sharing__isnull=False)
    rows = EarningRow.objects.filter(Exists(totals)).order_by("total", "amount_micros")
    amounts = rows.values_list("total", "amount_micros").annotate(count=Count("pk")).iterator(chunk_size=CHUNK)
    grouped = groupby(amounts, key=itemgetter(0))
    waiting: Any = next(grouped, None)
    for total, theirs in groupby(given, key=itemgetter(0)):
        found = [row[1:] for row in theirs]
        its_amounts = []
        if waiting and waiting[0] == total:
            its_amounts = [row[1:] for row in waiting[1]]
            waiting = next(grouped, None)
        sharing = book.by_id.get(found[0][0])
        if sharing is None:
            proof.wrong(f"total {total} is shared, and nobody shares its channel")
            continue
        proof.checked["totals of shared channels"] += 1
        parts = divide(its_amounts, sharing.weights)
        wanted = [(sharing.id, *pair) for pair in zip(sharing.creators, parts, strict=True)]
        proof.same(f"what total {total} gave those who share its channel", found, wanted)
