"""Paying approved statements, exactly once each.

The intent is committed before anything is sent: a claimed payout with its frozen request and its ledger
entry. Then the rail is called. On any doubt the payment is looked up by its group before it is tried again,
and until that answers it is "unknown". Money that comes back is a new entry.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from revenue import approvals, bookkeeping, chart, taxes
from revenue.audit import log
from revenue.bookkeeping import Line
from revenue.errors import (
    HoldInPlaceError,
    NotReadyError,
    PayoutDetailsError,
    RevenueError,
    SamePersonError,
    VoidApprovalError,
)
from revenue.models import BankLine, Payout, PayoutMethod, Period, Statement
from revenue.models.bank import Verdict
from revenue.models.statements import HoldReason
from revenue.payout_methods import payee_of
from revenue.rails import active_rails, rail_named
from revenue.rails.bank_reasons import BANK_REASONS
from revenue.rails.base import Outcome, PaymentRequest, RefusedPaymentError, UnclearAnswerError
from revenue.states import PAYOUT_OVER_UNPAID, ImpossibleMoveError, PayoutState, StatementState, check_payout_move

logger = logging.getLogger(__name__)

CLAIM_KIND, PAID_KIND, BACK_KIND = "payout", "payout_paid", "payout_back"
_BANK_CODE = re.compile(r"[A-Z]{2}[0-9]{2}")  # as ISO 20022 gives a reason
MOST_RETURNS = 2  # to one account; then it takes no more money
_DOUBTFUL = (PayoutState.SENDING, PayoutState.UNKNOWN)
_ON_ITS_WAY = (PayoutState.SENDING, PayoutState.UNKNOWN, PayoutState.SENT, PayoutState.IN_TRANSIT)
_ARRIVED = (PayoutState.PAID, PayoutState.RETURNED)


@dataclass(slots=True)
class Run:
    """What a payout run did: the payouts it began, and why each other statement was left out."""

    payouts: list[Payout] = field(default_factory=list)
    left_out: list[tuple[Statement, str]] = field(default_factory=list)


def pay(*, statements: Iterable[Statement], by: Any) -> Run:
    """Begin to pay each approved statement and hand it to its rail. Raises PermissionDenied.

    Each is claimed in a transaction of its own, so that one that cannot be paid stops no other.
    """
    run = Run()
    for statement in statements:
        try:
            run.payouts.append(claim(statement=statement, by=by))
        except RevenueError as error:
            if isinstance(error, VoidApprovalError):
                approvals.void_approval(statement=statement, by=by)
            run.left_out.append((statement, str(error)))
    for payout in run.payouts:
        send(payout)
    return run


@transaction.atomic
def claim(*, statement: Statement, by: Any) -> Payout:
    """Commit the intent to pay one statement: the frozen request, and the debt moved to the rail's clearing.

    Raises HoldInPlaceError, NotReadyError, SamePersonError, VoidApprovalError, PayoutDetailsError, PermissionDenied.
    """
    if not by.has_perm("revenue.pay_statement"):
        raise PermissionDenied
    statement = approvals.locked(statement)
    _require_payable(statement, by)
    method, now = _method(statement), timezone.now()
    payout = Payout(
        statement=statement, method=method, rail=method.rail, amount=statement.payable, currency=statement.currency,
        state=PayoutState.CLAIMED, made_by=by, made_at=now, changed_at=now,
    )  # fmt: skip
    payout.request = PaymentRequest(
        group=payout.group, amount=payout.amount, currency=payout.currency,
        text=f"Hearthlight {statement.period.code}", payee=payee_of(method),
    ).as_json()  # fmt: skip
    payout.save(force_insert=True)
    _post(payout, CLAIM_KIND, chart.creator_payable(statement.creator_id), chart.rail_clearing(payout.rail), by)
    approvals.move(statement, StatementState.LOCKED)
    log(payout, "revenue.payout_claimed", user=by, data={"amount": payout.amount, "currency": payout.currency})
    return payout


def send(payout: Payout) -> Payout:
    """Hand a claimed payout to its rail, once. Safe to call again after any crash or doubt."""
    with transaction.atomic():
        payout = _locked(payout)
        first_time = payout.state == PayoutState.CLAIMED
        if not first_time and payout.state not in _DOUBTFUL:
            return payout
        if first_time:
            _move(payout, PayoutState.SENDING)
    request, rail = PaymentRequest.from_json(payout.request), rail_named(payout.rail)
    try:
        known = None if first_time else rail.look_up(request)
        outcome = known or rail.send(request)
    except RefusedPaymentError as error:
        return settle(payout=payout, outcome=Outcome(PayoutState.FAILED, "", str(error)))
    except UnclearAnswerError:
        logger.warning("payout %s has no clear answer; it is looked up before it is tried again", payout.pk)
        return settle(payout=payout, outcome=Outcome(PayoutState.UNKNOWN, ""))
    return settle(payout=payout, outcome=outcome)


def resume() -> int:
    """Take up every payout that a crash or a doubt left behind; return how many."""
    waiting = Payout.objects.filter(state__in=[PayoutState.CLAIMED, *_DOUBTFUL], rail__in=active_rails(), batch=None)
    payouts = list(waiting.order_by("made_at"))
    for payout in payouts:
        send(payout)
    return len(payouts)


@transaction.atomic
def settle(*, payout: Payout, outcome: Outcome, by: Any = None) -> Payout:
    """Write down what became of a payout: its state, its entries, and its statement. The same news again is harmless.

    Raises NotReadyError when it can no longer become that.
    """
    payout = _locked(payout)
    if outcome.state == payout.state or _is_older(outcome.state, payout.state):
        return payout
    try:
        check_payout_move(payout.state, outcome.state)
    except ImpossibleMoveError as error:
        raise NotReadyError(_("This payout is in another state by now. Load the page again.")) from error
    was_paid = payout.state == PayoutState.PAID
    payout.provider_reference = outcome.reference or payout.provider_reference
    payout.problem = outcome.reason[:400]
    _move(payout, PayoutState(outcome.state))
    statement = approvals.locked(payout.statement)
    if payout.state == PayoutState.PAID:
        payout.paid_on = outcome.on or timezone.now().date()
        payout.save(update_fields=["paid_on"])
        _post(payout, PAID_KIND, chart.rail_clearing(payout.rail), chart.bank(payout.rail), by)
        approvals.move(statement, StatementState.SETTLED)
    elif payout.state in PAYOUT_OVER_UNPAID:
        holder = chart.bank(payout.rail) if was_paid else chart.rail_clearing(payout.rail)
        _post(payout, BACK_KIND, holder, chart.creator_payable(statement.creator_id), by)
        with translation.override(statement.creator.user.language):
            approvals.place_hold(statement, reason=HoldReason.RETURNED, message=_came_back(payout.problem, by), by=by)
    log(payout, "revenue.payout_changed", user=by, data={"state": payout.state, "problem": payout.problem})
    return payout


@transaction.atomic
def report_outcome(*, payout: Payout, state: PayoutState | str, by: Any, reason: str = "") -> Payout:
    """Write down what the bank said of a payout of a bank file. Raises NotReadyError, PermissionDenied."""
    if not by.has_perm("revenue.pay_statement"):
        raise PermissionDenied
    state, payout = PayoutState(state), _locked(payout)
    if payout.rail != "bank_file" or state not in {PayoutState.PAID, PayoutState.RETURNED}:
        raise NotReadyError(_("The provider itself says what became of this payout."))
    if payout.state in {PayoutState.CLAIMED, PayoutState.SENDING}:
        raise NotReadyError(_("Say first that the bank has the file."))
    if state == PayoutState.RETURNED and not reason.strip():
        raise NotReadyError(_("Write down what the bank said."))
    return settle(payout=payout, outcome=Outcome(state, "", reason.strip()), by=by)


def ready() -> Any:
    """Return the approved statements that wait for a payout, as a queryset."""
    return Statement.objects.filter(state=StatementState.APPROVED, payable__gt=0)


def _require_payable(statement: Statement, by: Any) -> None:
    if statement.state == StatementState.HELD or statement.holds.filter(released_at__isnull=True).exists():
        raise HoldInPlaceError(_("This statement is on hold."))
    if statement.state != StatementState.APPROVED or not statement.payable:
        raise NotReadyError(_("Only an approved statement with something to pay can be paid."))
    if by.pk == statement.creator.user_id:
        raise SamePersonError(_("Nobody pays her own statement."))
    if taxes.standing(statement.creator).missing:
        raise NotReadyError(_("The tax form she needs is missing or has expired. Her page says what to send."))
    approvals.require_valid_approval(statement)
    if BankLine.objects.open_differences().filter(payout__statement=statement).exists():
        raise NotReadyError(_("The bank says something else of an earlier payment. Clear that up under “Bank” first."))


def _method(statement: Statement) -> PayoutMethod:
    method = PayoutMethod.objects.current().filter(creator_id=statement.creator_id).first()
    if method is None:
        raise PayoutDetailsError(_("She has not said yet where her money should go."))
    if method.is_waiting:
        raise PayoutDetailsError(
            _("Her payout details are new. No money goes there before %(date)s, so that she can object.")
            % {"date": date_format(method.usable_from, "SHORT_DATETIME_FORMAT")}
        )
    if _came_back_to(method) >= MOST_RETURNS:
        raise PayoutDetailsError(_("Payments to this account came back twice. She has to give another account first."))
    rail = active_rails().get(method.rail)
    if rail is None:
        raise PayoutDetailsError(_("Her way of being paid is not set up here."))
    if reason := rail.why_not(payee_of(method), statement.currency):
        raise PayoutDetailsError(reason)
    return method


def _post(payout: Payout, kind: str, debit: str, credit: str, by: Any) -> None:
    """Post in the month after the statement's, or the next open one."""
    bookkeeping.post(
        kind=kind, reference=str(payout.pk), period=Period.objects.open_from(payout.statement.period.next_month), by=by,
        lines=[Line(debit, payout.currency, payout.amount), Line(credit, payout.currency, -payout.amount)],
    )  # fmt: skip


def _locked(payout: Payout) -> Payout:
    return Payout.objects.select_for_update(of=("self",)).select_related("statement__period").get(pk=payout.pk)


def _move(payout: Payout, state: PayoutState) -> None:
    check_payout_move(payout.state, state)
    payout.state, payout.changed_at = state, timezone.now()
    payout.save(update_fields=["state", "changed_at", "provider_reference", "problem"])


def _is_older(news: str, state: str) -> bool:
    """Say whether ``news`` is what a payout was before; a webhook may be faster than the answer to our call."""
    return news in _ON_ITS_WAY and state in {*_ON_ITS_WAY[_ON_ITS_WAY.index(news) :], *_ARRIVED}


def _came_back_to(method: PayoutMethod) -> int:
    """Return how often money came back from an account; a whole file that was refused says nothing of it."""
    whole_file = BankLine.objects.filter(batch=OuterRef("batch"), state=PayoutState.RETURNED, verdict=Verdict.DONE)
    return method.payouts.filter(~Exists(whole_file), state=PayoutState.RETURNED).count()


def _came_back(problem: str, by: Any) -> str:
    """Say to the creator what happened; only what lies with her account asks something of her."""
    code = problem.partition(" ")[0]
    is_hers = code in BANK_REASONS or (by is not None and not _BANK_CODE.fullmatch(code))
    if not is_hers:
        return _("This payment could not be made. We look into it; you need not do anything. We still owe it to you.")
    what = _(
        "The money came back from your bank. Please check your payout details. Nothing is lost: we still owe it to you."
    )
    return f"{BANK_REASONS.get(code, '')} {what}".strip()
