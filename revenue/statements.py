"""Closing a month: one frozen statement for each creator and currency."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from revenue import bookkeeping, chart, money
from revenue.bookkeeping import Line
from revenue.errors import MonthClosedError
from revenue.models import Accrual, Period, Posting, Report, Statement, StatementLine
from revenue.models.ledger import PeriodState
from revenue.models.sources import ReportState
from revenue.models.statements import LineKind
from revenue.months import this_month

CLOSE_KIND = "close"
BATCH = 2000
# Entries that give a creator what channels earned; the month's statement rounds their sum once.
EARNING_KINDS = ("report", "release")

Key = tuple[UUID, str]  # creator, currency


@dataclass(slots=True)
class Draft:
    """A statement being added up; ``lines`` are its earnings and corrections."""

    opening: int = 0
    carry_in_units: int = 0
    lines: list[StatementLine] = field(default_factory=list)

    @property
    def units(self) -> int:
        """What she earned, exact."""
        return sum(money.share_units(line.gross_micros, line.creator_bps) for line in self.lines)


@transaction.atomic
def close_month(*, month: date, by: Any) -> list[Statement]:
    """Make the month's statements, round once, and lock the month. Closing a closed month makes nothing.

    Raises MonthClosedError while the month is not over, an earlier one with entries is open, or a kept report
    of it is not posted.
    """
    period = Period.objects.for_month(month)
    period = Period.objects.select_for_update().get(pk=period.pk)
    if period.is_locked:
        return []
    _require_closable(period)
    drafts = _drafts(period)
    statements = [_statement(key, draft, period, _threshold(key)) for key, draft in drafts.items()]
    Statement.objects.bulk_create(statements, batch_size=BATCH)
    StatementLine.objects.bulk_create(
        [line for key_statement in zip(drafts.values(), statements, strict=True) for line in _numbered(*key_statement)],
        batch_size=BATCH,
    )
    _post_rounding(period, statements, by)
    period.state, period.locked_by, period.locked_at = PeriodState.LOCKED, by, timezone.now()
    period.save()
    log(period, "revenue.month_closed", user=by, data={"statements": len(statements)})
    return statements


def rebuilt(period: Period) -> dict[Key, str]:
    """Add a closed month up again and return the digest each statement should have; nothing is stored."""
    kept = Statement.objects.filter(period=period).values_list("creator_id", "currency", "threshold")
    thresholds = {(creator_id, currency): threshold for creator_id, currency, threshold in kept}
    return {
        key: _statement(key, draft, period, thresholds.get(key, _threshold(key))).digest
        for key, draft in _drafts(period).items()
    }


def lines_digest(statement: Statement, lines: Iterable[StatementLine]) -> str:
    """Return the SHA-256 (hex) over every figure of a statement and its lines: what an approval covers."""
    parts = [
        f"{statement.creator_id}\t{statement.period.code}\t{statement.currency}\t{statement.opening}\t{statement.earned}"
        f"\t{statement.payable}\t{statement.carried}\t{statement.threshold}\t{statement.carry_in_units}"
        f"\t{statement.carry_out_units}"
    ]
    parts += [
        f"{line.position}\t{line.kind}\t{line.source_id}\t{line.agreement_id}\t{line.adjustment_type}\t{line.row_count}"
        f"\t{line.gross_micros}\t{line.creator_bps}\t{line.amount}"
        for line in lines
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _require_closable(period: Period) -> None:
    if period.month >= this_month():
        raise MonthClosedError(_("%(month)s is not over yet.") % {"month": period})
    earlier = Period.objects.filter(month__lt=period.month, state=PeriodState.OPEN).filter(
        Q(entries__isnull=False) | Q(accruals__isnull=False)
    )
    if first := earlier.order_by("month").first():
        raise MonthClosedError(_("Close %(month)s first.") % {"month": first})
    if waiting := Report.objects.filter(period=period, state=ReportState.WAITING).first():
        raise MonthClosedError(_("The report “%(file)s” is not posted yet.") % {"file": waiting.filename})


def _drafts(period: Period) -> dict[Key, Draft]:
    drafts: dict[Key, Draft] = defaultdict(Draft)
    for line, key in _earning_lines(period):
        drafts[key].lines.append(line)
    for key, carried, units in _carried_forward(period):
        if key in drafts:  # without news, what is carried waits for the next statement
            drafts[key].opening = carried
            drafts[key].carry_in_units = units
    return drafts


def _earning_lines(period: Period) -> Iterable[tuple[StatementLine, Key]]:
    groups = (
        Accrual.objects.filter(period=period)
        .order_by()
        .values(
            "creator_id", "total__report__currency", "total__report__source_id", "total__report__source__slug",
            "agreement_id", "agreement__creator_bps", "total__adjustment_type",
        )
        .annotate(gross=Sum("total__gross_micros"), rows=Sum("total__row_count"))
        .order_by("creator_id", "total__report__source__slug", "total__adjustment_type", "agreement_id")
    )  # fmt: skip
    for group in groups.iterator(chunk_size=BATCH):
        currency, adjustment = group["total__report__currency"], group["total__adjustment_type"]
        gross, bps = int(group["gross"]), group["agreement__creator_bps"]
        line = StatementLine(
            kind=LineKind.ADJUSTMENT if adjustment else LineKind.EARNINGS,
            source_id=group["total__report__source_id"],
            agreement_id=group["agreement_id"],
            adjustment_type=adjustment,
            row_count=group["rows"],
            gross_micros=gross,
            creator_bps=bps,
            amount=money.whole_minor(money.share_units(gross, bps), currency)[0],
        )
        yield line, (group["creator_id"], currency)


def _carried_forward(period: Period) -> Iterable[tuple[Key, int, int]]:
    before = Statement.objects.filter(period__month__lt=period.month)
    latest = before.values("creator_id", "currency").annotate(month=Max("period__month"))
    newest: dict[date, set[Key]] = defaultdict(set)
    for row in latest:
        newest[row["month"]].add((row["creator_id"], row["currency"]))
    for month, keys in newest.items():
        found = before.filter(period__month=month)
        for creator_id, currency, carried, units in found.values_list(
            "creator_id", "currency", "carried", "carry_out_units"
        ):
            if (creator_id, currency) in keys:
                yield (creator_id, currency), carried, units


def _threshold(key: Key) -> int:
    return settings.REVENUE_PAYOUT_THRESHOLDS.get(key[1], 1)


def _statement(key: Key, draft: Draft, period: Period, threshold: int) -> Statement:
    creator_id, currency = key
    earned, rest = money.whole_minor(draft.carry_in_units + draft.units, currency)
    balance = draft.opening + earned
    payable = balance if balance >= threshold else 0
    statement = Statement(
        creator_id=creator_id, period=period, currency=currency, opening=draft.opening, earned=earned,
        payable=payable, carried=balance - payable, threshold=threshold, carry_in_units=draft.carry_in_units,
        carry_out_units=rest, made_at=timezone.now(),
    )  # fmt: skip
    statement.digest = lines_digest(statement, _numbered(draft, statement))
    return statement


def _numbered(draft: Draft, statement: Statement) -> list[StatementLine]:
    lines = list(draft.lines)
    if statement.opening:
        lines.insert(0, StatementLine(kind=LineKind.OPENING, amount=statement.opening))
    if parts := statement.balance - sum(line.amount for line in lines):
        lines.append(StatementLine(kind=LineKind.PARTS, amount=parts))
    for position, line in enumerate(lines, start=1):
        line.statement, line.position = statement, position
    return lines


def _post_rounding(period: Period, statements: list[Statement], by: Any) -> None:
    """Post what rounding each creator's month once adds to what rounding each report down had given her."""
    given = Posting.objects.filter(
        entry__period=period, entry__kind__in=EARNING_KINDS, account__code__startswith=chart.payable_prefix()
    )
    sums = given.values_list("account__code", "currency").annotate(sum=Sum("amount")).order_by()
    so_far = {(code, currency): -int(total) for code, currency, total in sums}
    lines = []
    for statement in statements:
        account = chart.creator_payable(statement.creator_id)
        missing = statement.earned - so_far.get((account, statement.currency), 0)
        lines.append(Line(account, statement.currency, -missing))
        lines.append(Line(chart.ROUNDING, statement.currency, missing))
    bookkeeping.post(kind=CLOSE_KIND, reference=period.code, period=period, lines=lines, by=by)
