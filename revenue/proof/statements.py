"""Statements against what was earned, against their own lines, and against the ledger."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Sum

from revenue import chart, figures
from revenue.models import Account, Approval, Payout, Period, Posting, Statement, StatementLine
from revenue.models.ledger import PeriodState
from revenue.proof.findings import Proof
from revenue.statements import CLOSE_KIND, EARNING_KINDS, Key, drafts
from revenue.states import PAYOUT_OVER_UNPAID, StatementState
from revenue.taxes import TaxBook

_AFTER_APPROVAL = (StatementState.APPROVED, StatementState.LOCKED, StatementState.SETTLED)
_LINE = figures.LineFigures._fields
_APPROVAL = ("pk", "digest", "prepared_by_id", "approved_by_id")
CHUNK = 5000


class Stored(NamedTuple):
    """A statement as it stands in its table."""

    creator_id: UUID
    currency: str
    pk: UUID
    opening: int
    earned: int
    reserved: int
    withheld: int
    payable: int
    carried: int
    threshold: int
    carry_in_units: int
    carry_out_units: int
    tax_record_id: int | None
    needs_form_id: int | None
    digest: str
    state: str
    approvals_needed: int
    made_at: datetime


def check_statements(proof: Proof, *, recompute: bool) -> None:
    """Compare each statement with its frozen lines and what was approved; with ``recompute``, make it again.

    Everything is read in the order of creators and currencies, so that memory does not grow with the statements.
    """
    for period in Period.objects.filter(state=PeriodState.LOCKED).order_by("month"):
        proof.checked["closed months"] += 1
        book = None
        lines = _beneath(StatementLine.objects.filter(statement__period=period), _LINE, "position")
        approvals = _beneath(Approval.objects.filter(statement__period=period, voided_at=None), _APPROVAL, "pk")
        made_again = drafts(period, period.locked_at) if recompute else iter(())
        parts = _side_by_side(_stored(period), lines, approvals, made_again)
        for (creator_id, currency), (stored, its_lines, its_approvals, draft) in parts:
            if stored is None:
                proof.wrong(f"a statement of creator {creator_id} for {period.code} in {currency} is missing")
                continue
            book = book or TaxBook(day=period.next_month, known_at=stored.made_at)
            name = f"statement {stored.pk} ({period.code}, {currency}, creator {creator_id})"
            its_lines = [figures.LineFigures(*line) for line in its_lines or ()]
            _check_lines(stored, its_lines, period, name, proof)
            if recompute:
                _check_draft(stored, draft, book, period, name, proof)
            else:
                proof.left_out["statements made again"] += 1
            _check_approvals(stored, its_approvals or [], name, proof)


def check_steps(proof: Proof) -> None:
    """Compare what the steps of agreements gave on statements with what the programme gave up at each closing."""
    lines = StatementLine.objects.filter(kind=figures.LineKind.STEP).order_by()
    wanted = lines.values_list("statement__period", "statement__currency").annotate(sum=Sum("amount"))
    postings = Posting.objects.filter(entry__kind=CLOSE_KIND, account__code=chart.PROGRAMME_INCOME).order_by()
    found = postings.values_list("entry__period", "currency").annotate(sum=Sum("amount"))
    stepped, given = ({(month, code): int(total) for month, code, total in rows if total} for rows in (wanted, found))
    proof.checked["months with steps"] += len(stepped)
    proof.same("what steps of agreements gave", given, stepped)


def check_withholding(proof: Proof) -> None:
    """Compare what was withheld on statements with the account it lies on."""
    sums = Statement.objects.exclude(withheld=0).order_by().values_list("currency").annotate(sum=Sum("withheld"))
    wanted = {currency: int(total) for currency, total in sums}
    accounts = Account.objects.filter(code=chart.WITHHOLDING).annotate(sum=Sum("postings__amount"))
    for account in accounts:
        proof.checked["withholding accounts"] += 1
        proof.same(f"account {account}", -int(account.sum or 0), wanted.pop(account.currency, 0))
    for currency, total in wanted.items():
        proof.wrong(f"{total} {currency} were withheld and lie on no account")


def check_reserves(proof: Proof) -> None:
    """Compare what was set aside on statements with what lies on each child's account."""
    lines = StatementLine.objects.filter(kind=figures.LineKind.RESERVE).order_by()
    sums = lines.values_list("statement__creator", "child", "statement__currency").annotate(sum=Sum("amount"))
    wanted = {(chart.reserve(creator, child), currency): int(total) for creator, child, currency, total in sums}
    accounts = Account.objects.filter(code__startswith=chart.reserve_prefix()).annotate(sum=Sum("postings__amount"))
    for code, currency, total in accounts.values_list("code", "currency", "sum"):
        proof.checked["accounts of children"] += 1
        proof.same(f"account {code} {currency}", int(total or 0), wanted.pop((code, currency), 0))
    for (code, currency), total in wanted.items():
        if total:
            proof.wrong(f"account {code} {currency} is missing; {-total} was set aside")


def check_debts(proof: Proof) -> None:
    """Compare what the ledger owes each creator with her statements, payouts and the open months."""
    owed: dict[tuple[str, str], int] = defaultdict(int)
    paid = set(Payout.objects.exclude(state__in=PAYOUT_OVER_UNPAID).values_list("statement_id", flat=True))
    latest: dict[tuple[str, str], int] = {}
    statements = Statement.objects.order_by("period__month").values_list(
        "pk", "creator_id", "currency", "payable", "carried"
    )
    for pk, creator_id, currency, payable, carried in statements.iterator(chunk_size=CHUNK):
        account = chart.creator_payable(creator_id), currency
        latest[account] = carried
        if pk not in paid:
            owed[account] += payable
    for account, carried in latest.items():
        owed[account] += carried
    not_stated = Posting.objects.filter(
        entry__period__state=PeriodState.OPEN, entry__kind__in=EARNING_KINDS,
        account__code__startswith=chart.payable_prefix(),
    )  # fmt: skip
    sums = not_stated.order_by().values_list("account__code", "currency").annotate(sum=Sum("amount"))
    for code, currency, total in sums.iterator(chunk_size=CHUNK):
        owed[code, currency] -= int(total)
    accounts = Account.objects.filter(code__startswith=chart.payable_prefix()).order_by()
    held = accounts.annotate(sum=Sum("postings__amount")).values_list("code", "currency", "sum")
    for code, currency, total in held.iterator(chunk_size=CHUNK):
        proof.checked["debts to creators"] += 1
        proof.same(f"account {code} {currency}", -int(total or 0), owed.pop((code, currency), 0))
    for (code, currency), amount in owed.items():
        if amount:
            proof.wrong(f"account {code} {currency} is missing; {amount} is owed")


def _stored(period: Period) -> Iterator[tuple[Key, Stored]]:
    rows = Statement.objects.filter(period=period).order_by("creator_id", "currency").values_list(*Stored._fields)
    for row in rows.iterator(chunk_size=CHUNK):
        yield row[:2], Stored(*row)


def _beneath(rows: QuerySet[Any], fields: tuple[str, ...], last: str) -> Iterator[tuple[Key, list[tuple]]]:
    """Yield what belongs to each statement, statement by statement."""
    order = ("statement__creator_id", "statement__currency")
    found = rows.order_by(*order, last).values_list(*order, *fields).iterator(chunk_size=CHUNK)
    for key, group in groupby(found, key=lambda row: row[:2]):
        yield key, [row[2:] for row in group]


def _side_by_side(*streams: Iterator[tuple[Key, Any]]) -> Iterator[tuple[Key, list[Any]]]:
    """Yield each key once with what every stream has for it (None where it has nothing); all are in order of key."""
    heads = [next(stream, None) for stream in streams]
    while waiting := [head[0] for head in heads if head]:
        key = min(waiting)
        yield key, [head[1] if head and head[0] == key else None for head in heads]
        for place, head in enumerate(heads):
            if head and head[0] == key:
                heads[place] = next(streams[place], None)


def _check_lines(stored: Stored, lines: list[Any], period: Period, name: str, proof: Proof) -> None:
    proof.checked["statements"] += 1
    proof.checked["lines of statements"] += len(lines)
    if figures.digest(stored, period.code, lines) != stored.digest:
        proof.wrong(f"{name}: its lines were changed after the month was closed")
    if sum(line.amount for line in lines) != stored.payable + stored.carried:
        proof.wrong(f"{name}: its lines do not add up")


def _check_draft(
    stored: Stored, draft: figures.Draft | None, book: TaxBook, period: Period, name: str, proof: Proof
) -> None:
    if draft is not None:
        tax = book.decides(stored.creator_id)
        wanted = draft.added_up(stored.creator_id, period.code, stored.currency, stored.threshold, tax)
    proof.checked["statements made again"] += 1
    if draft is None or wanted.digest != stored.digest:
        proof.wrong(f"{name} is not what the accruals of the month give")


def _check_approvals(stored: Stored, approvals: list[tuple], name: str, proof: Proof) -> None:
    if stored.state not in _AFTER_APPROVAL:
        return
    proof.checked["approvals"] += len(approvals)
    if len(approvals) < stored.approvals_needed:
        proof.wrong(f"{name} is {stored.state} with {len(approvals)} of {stored.approvals_needed} approvals")
    for pk, digest, prepared_by, approved_by in approvals:
        if digest != stored.digest:
            proof.wrong(f"{name}: approval {pk} covers other lines")
        if approved_by == prepared_by:
            proof.wrong(f"{name}: approval {pk} is by the person who prepared it")
