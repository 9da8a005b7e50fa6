"""Statements against what was earned, against their own lines, and against the ledger."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Sum

from revenue import chart
from revenue.models import Account, Payout, Period, Posting, Statement
from revenue.models.ledger import PeriodState
from revenue.models.statements import StatementState
from revenue.proof.findings import Proof
from revenue.statements import EARNING_KINDS, lines_digest, rebuilt
from revenue.states import PAYOUT_OVER_UNPAID

_AFTER_APPROVAL = (StatementState.APPROVED, StatementState.LOCKED, StatementState.SETTLED)


def check_statements(proof: Proof) -> None:
    """Add every closed month up again and compare it with the frozen lines and with what was approved."""
    for period in Period.objects.filter(state=PeriodState.LOCKED).order_by("month"):
        proof.checked["closed months"] += 1
        wanted = rebuilt(period)
        found = Statement.objects.filter(period=period).select_related("period", "creator")
        for statement in found.prefetch_related("lines", "approvals").order_by("pk"):
            proof.checked["statements"] += 1
            name = f"statement {statement.pk} ({statement})"
            lines = sorted(statement.lines.all(), key=lambda line: line.position)
            proof.checked["lines of statements"] += len(lines)
            if lines_digest(statement, lines) != statement.digest:
                proof.wrong(f"{name}: its lines were changed after the month was closed")
            if sum(line.amount for line in lines) != statement.balance:
                proof.wrong(f"{name}: its lines do not add up")
            if wanted.pop((statement.creator_id, statement.currency), None) != statement.digest:
                proof.wrong(f"{name} is not what the accruals of the month give")
            _check_approval(statement, name, proof)
        for creator_id, currency in wanted:
            proof.wrong(f"a statement of creator {creator_id} for {period.code} in {currency} is missing")


def check_debts(proof: Proof) -> None:
    """Compare what the ledger owes each creator with her statements, payouts and the open months."""
    owed: dict[tuple[str, str], int] = defaultdict(int)
    paid = set(Payout.objects.exclude(state__in=PAYOUT_OVER_UNPAID).values_list("statement_id", flat=True))
    latest: dict[tuple[UUID, str], int] = {}
    for statement in Statement.objects.order_by("period__month").iterator():
        key = (statement.creator_id, statement.currency)
        latest[key] = statement.carried
        if statement.pk not in paid:
            owed[chart.creator_payable(statement.creator_id), statement.currency] += statement.payable
    for (creator_id, currency), carried in latest.items():
        owed[chart.creator_payable(creator_id), currency] += carried
    not_stated = Posting.objects.filter(
        entry__period__state=PeriodState.OPEN, entry__kind__in=EARNING_KINDS,
        account__code__startswith=chart.payable_prefix(),
    )  # fmt: skip
    for code, currency, total in (
        not_stated.order_by().values_list("account__code", "currency").annotate(sum=Sum("amount"))
    ):
        owed[code, currency] -= int(total)
    accounts = Account.objects.filter(code__startswith=chart.payable_prefix()).annotate(sum=Sum("postings__amount"))
    for account in accounts:
        proof.checked["debts to creators"] += 1
        proof.same(f"account {account}", -(account.sum or 0), owed.pop((account.code, account.currency), 0))
    for (code, currency), amount in owed.items():
        if amount:
            proof.wrong(f"account {code} {currency} is missing; {amount} is owed")


def _check_approval(statement: Statement, name: str, proof: Proof) -> None:
    if statement.state not in _AFTER_APPROVAL:
        return
    in_force = [approval for approval in statement.approvals.all() if approval.voided_at is None]
    proof.checked["approvals"] += len(in_force)
    if not in_force:
        proof.wrong(f"{name} is {statement.state} without an approval")
    for approval in in_force:
        if approval.digest != statement.digest:
            proof.wrong(f"{name}: approval {approval.pk} covers other lines")
        if approval.approved_by_id == approval.prepared_by_id:
            proof.wrong(f"{name}: approval {approval.pk} is by the person who prepared it")
