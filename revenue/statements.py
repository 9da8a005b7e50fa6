"""Closing a month: one frozen statement for each creator and currency."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import attention, bookkeeping, chart, loading, money
from revenue.agreements import steps_in_use
from revenue.audit import log
from revenue.bookkeeping import Line
from revenue.errors import MonthClosedError
from revenue.figures import Draft, LineFigures, LineKind, StatementFigures, step_lines
from revenue.models import Accrual, Correction, Period, Posting, Report, Source, Statement, StatementLine
from revenue.models.ledger import PeriodState
from revenue.models.sources import Figures, ReportState
from revenue.months import this_month
from revenue.setting_aside import AsideBook
from revenue.states import StatementState
from revenue.taxes import TaxBook

CLOSE_KIND = "close"
BATCH = 5000
# Entries that give a creator what counts in their month; its statement rounds their sum once.
EARNING_KINDS = ("report", "release", "correction")

Key = tuple[UUID, str]  # creator, currency

_STATEMENT_COLUMNS: Final = (
    "id", "creator_id", "period_id", "currency", "opening", "earned", "reserved", "withheld", "payable", "carried",
    "threshold", "carry_in_units", "carry_out_units", "tax_record_id", "needs_form_id", "approvals_needed",
    "digest", "state", "made_at",
)  # fmt: skip
_LINE_COLUMNS: Final = ("statement_id", "position", *LineFigures._fields)


@transaction.atomic
def close_month(*, month: date, by: Any) -> QuerySet[Statement]:
    """Make the month's statements, round once, and lock the month. Closing a closed month makes nothing.

    Creators are taken in order and in batches, so neither the statements sent to the database (but for the batches)
    nor the memory held grow with how many there are. Raises MonthClosedError while the month is not over, an earlier
    one with entries is open, or a kept report of it is not posted.
    """
    period = Period.objects.for_month(month)
    period = Period.objects.select_for_update().get(pk=period.pk)
    if period.is_locked:
        return Statement.objects.none()
    _require_closable(period)
    made_at = timezone.now()
    lines = list(_stored(_figures(period, made_at), period, made_at))
    bookkeeping.post(kind=CLOSE_KIND, reference=period.code, period=period, lines=lines, by=by)
    made = Statement.objects.filter(period=period)
    attention.look_at(made)
    period.state, period.locked_by, period.locked_at = PeriodState.LOCKED, by, made_at
    period.save()
    log(period, "revenue.month_closed", user=by, data={"statements": made.count()})
    return made.order_by("creator_id", "currency")


def drafts(period: Period, known_at: datetime) -> Iterator[tuple[Key, Draft]]:
    """Yield what each statement of a month is made from, in the order of creators and currencies."""
    carried, steps, aside = _carried_forward(period), steps_in_use(), AsideBook(period=period, known_at=known_at)
    counted = merge(_earning_lines(period), _correction_lines(period), key=itemgetter(0))
    for key, lines in groupby(counted, key=itemgetter(0)):
        # without news, what is carried waits for the next statement
        opening, units = carried.get(key, (0, 0))
        own = [line for _key, line in lines]
        stepped = step_lines(own, key[1], steps) if steps else []
        yield key, Draft(opening, units, [*own, *stepped, *aside.lines(key)])


def _require_closable(period: Period) -> None:
    if period.month >= this_month():
        raise MonthClosedError(_("%(month)s is not over yet.") % {"month": period})
    earlier = Period.objects.filter(month__lt=period.month, state=PeriodState.OPEN).filter(
        Q(entries__isnull=False) | Q(accruals__isnull=False)
    )
    if first := earlier.order_by("month").first():
        raise MonthClosedError(_("Close %(month)s first.") % {"month": first})
    if waiting := Report.objects.filter(
        period=period, state=ReportState.WAITING, source__figures=Figures.FINAL
    ).first():
        raise MonthClosedError(_("The report “%(file)s” is not posted yet.") % {"file": waiting.filename})


def _figures(period: Period, made_at: datetime) -> Iterator[StatementFigures]:
    thresholds, book = settings.REVENUE_PAYOUT_THRESHOLDS, TaxBook(day=period.next_month, known_at=made_at)
    month = period.code
    for (creator_id, currency), draft in drafts(period, made_at):
        yield draft.added_up(creator_id, month, currency, thresholds.get(currency, 1), book.decides(creator_id))


def _earning_lines(period: Period) -> Iterator[tuple[Key, LineFigures]]:
    sources = dict(Source.objects.values_list("slug", "pk"))
    earnings, adjusted = LineKind.EARNINGS.value, LineKind.ADJUSTMENT.value
    groups = (
        Accrual.objects.filter(period=period)
        .order_by()
        .values_list(
            "creator_id", "total__report__currency", "total__report__source__slug", "total__adjustment_type",
            "agreement_id", "sharing_id", "agreement__creator_bps",
        )
        .annotate(sum=Sum(Coalesce("part_micros", "total__gross_micros")), rows=Sum("total__row_count"))
        .order_by(
            "creator_id", "total__report__currency", "total__report__source__slug", "total__adjustment_type",
            "agreement_id", F("sharing_id").asc(nulls_first=True), "agreement__creator_bps",
        )
    )  # fmt: skip
    for group in groups.iterator(chunk_size=BATCH):
        creator, currency, source, adjustment, agreement, sharing, bps, total, rows = group
        gross = int(total)
        kind = adjusted if adjustment else earnings
        amount = money.whole_minor(money.share_units(gross, bps), currency)[0]
        line = LineFigures(kind, amount, sources[source], agreement, adjustment, rows, gross, bps, sharing_id=sharing)
        yield (creator, currency), line


def _correction_lines(period: Period) -> Iterator[tuple[Key, LineFigures]]:
    rows = Correction.objects.filter(period=period).order_by("creator_id", "currency", "pk")
    for creator, currency, pk, amount in rows.values_list("creator_id", "currency", "pk", "amount").iterator():
        yield (creator, currency), LineFigures(LineKind.CORRECTION.value, amount, correction_id=pk)


def _carried_forward(period: Period) -> dict[Key, tuple[int, int]]:
    """Return the balance and the parts of a cent that each creator's last statement leaves to this month's."""
    before = Statement.objects.filter(period__month__lt=period.month)
    later = before.filter(
        creator=OuterRef("creator"), currency=OuterRef("currency"), period__month__gt=OuterRef("period__month")
    )
    latest = before.filter(~Exists(later)).exclude(carried=0, carry_out_units=0).order_by()
    rows = latest.values_list("creator_id", "currency", "carried", "carry_out_units").iterator(chunk_size=BATCH)
    return {(creator, currency): (carried, units) for creator, currency, carried, units in rows}


def _stored(figures: Iterable[StatementFigures], period: Period, at: datetime) -> Iterator[Line]:
    """Store the statements of a month, and yield what is withheld and by how much it differs from the books.

    Each report had shared at the first part and rounded down by itself.
    """
    given, limits = _given_so_far(period), settings.REVENUE_SECOND_APPROVAL_FROM
    made_at, period_id = connection.ops.adapt_datetimefield_value(at), period.pk
    for batch in loading.batches(figures):
        statements, lines = [], []
        # random keys, but in order: neighbours in the tables are neighbours in their indexes
        for pk, one in zip(sorted((uuid4() for _one in batch), key=int), batch, strict=True):
            needed = 2 if one.payable >= limits.get(one.currency, 1) else 1  # without a limit always two
            statements.append(
                (pk, one.creator_id, period_id, one.currency, one.opening, one.earned, one.reserved, one.withheld,
                 one.payable, one.carried, one.threshold, one.carry_in_units, one.carry_out_units, one.tax_record_id,
                 one.needs_form_id, needed, one.digest, StatementState.DRAFT.value, made_at)
            )  # fmt: skip
            lines += [(pk, position, *line) for position, line in enumerate(one.lines, start=1)]
            account = chart.creator_payable(one.creator_id)
            missing, stepped = one.earned - given.get((account, one.currency), 0), one.stepped
            if missing or stepped:
                yield Line(account, one.currency, -missing)
                yield Line(chart.PROGRAMME_INCOME, one.currency, stepped)
                yield Line(chart.ROUNDING, one.currency, missing - stepped)
            if one.reserved:
                yield Line(account, one.currency, one.reserved)
                yield from _set_aside(one)
            if one.withheld:
                yield Line(account, one.currency, one.withheld)
                yield Line(chart.WITHHOLDING, one.currency, -one.withheld)
        loading.load(Statement._meta.db_table, _STATEMENT_COLUMNS, statements)
        loading.load(StatementLine._meta.db_table, _LINE_COLUMNS, lines)


def _set_aside(one: StatementFigures) -> Iterator[Line]:
    for line in one.lines:
        if line.kind == LineKind.RESERVE.value:
            yield Line(chart.reserve(one.creator_id, line.child_id), one.currency, line.amount)


def _given_so_far(period: Period) -> dict[tuple[str, str], int]:
    """Return what the month's reports and releases gave each account in the books, minor units."""
    given = Posting.objects.filter(
        entry__period=period, entry__kind__in=EARNING_KINDS, account__code__startswith=chart.payable_prefix()
    )
    sums = given.order_by().values_list("account__code", "currency").annotate(sum=Sum("amount"))
    return {(code, currency): -int(total) for code, currency, total in sums.iterator(chunk_size=BATCH)}
