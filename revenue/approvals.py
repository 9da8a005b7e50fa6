"""Two people for every statement: one prepares it, another approves it; and holds in between."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import figures
from revenue.audit import log
from revenue.errors import HoldInPlaceError, NotReadyError, SamePersonError, VoidApprovalError
from revenue.models import Approval, Hold, Statement
from revenue.models.statements import HoldReason
from revenue.states import ImpossibleMoveError, StatementState, check_statement_move


@transaction.atomic
def send_to_approval(*, statement: Statement, by: Any) -> Statement:
    """Say that a draft is right as far as its preparer sees. Raises NotReadyError, PermissionDenied."""
    _require(by, "revenue.prepare_statement")
    statement = locked(statement)
    if statement.state != StatementState.DRAFT:
        raise NotReadyError(_("Only a statement that is being prepared can be sent to approval."))
    _mark_prepared(statement, by)
    move(statement, StatementState.IN_REVIEW)
    log(statement, "revenue.statement_sent_to_approval", user=by)
    return statement


@transaction.atomic
def approve(*, statement: Statement, by: Any) -> Approval:
    """Approve a statement down to the hash of its lines; one with nothing to pay is settled by that.

    A large one stays in review until a second person has approved it too. Raises SamePersonError when ``by``
    prepared it, has approved it or is the creator, HoldInPlaceError, NotReadyError, VoidApprovalError when its
    lines are not those it was made with, PermissionDenied.
    """
    _require(by, "revenue.approve_statement")
    statement = locked(statement)
    if statement.state == StatementState.HELD:
        raise HoldInPlaceError(_("This statement is on hold. Release it first."))
    if statement.state != StatementState.IN_REVIEW:
        raise NotReadyError(_("Only a statement that was sent to approval can be approved."))
    if by.pk in {statement.prepared_by_id, statement.creator.user_id}:
        raise SamePersonError(_("Another person has to approve this: nobody approves her own work or her own money."))
    before = statement.approvals.filter(voided_at__isnull=True)
    if before.filter(approved_by=by).exists():
        raise SamePersonError(_("You have approved this already. It is large, so a second person approves it too."))
    if current_digest(statement) != statement.digest:
        raise VoidApprovalError(_("The lines of this statement are not those it was made with."))
    approval = Approval.objects.create(
        statement=statement, prepared_by_id=statement.prepared_by_id, approved_by=by, digest=statement.digest,
        approved_at=timezone.now(),
    )  # fmt: skip
    if before.count() >= statement.approvals_needed:
        move(statement, StatementState.APPROVED)
        if not statement.payable:
            move(statement, StatementState.SETTLED)
    log(statement, "revenue.statement_approved", user=by, data={"digest": approval.digest})
    return approval


@transaction.atomic
def hold(*, statement: Statement, reason: HoldReason | str, message: str, by: Any, until: date | None = None) -> Hold:
    """Keep a statement from being paid; ``message`` is the sentence the creator reads. Voids its approval.

    Raises NotReadyError when it is being paid, is settled or on hold already, or without a sentence.
    """
    _require(by, "revenue.hold_statement")
    statement = locked(statement)
    if statement.state not in {StatementState.DRAFT, StatementState.IN_REVIEW, StatementState.APPROVED}:
        raise NotReadyError(_("This statement cannot be put on hold now."))
    if not message.strip():
        raise NotReadyError(_("Write the sentence that the creator will read."))
    placed = place_hold(statement, reason=HoldReason(reason), message=message.strip(), by=by, until=until)
    log(statement, "revenue.statement_held", user=by, data={"reason": placed.reason})
    return placed


@transaction.atomic
def release(*, hold: Hold, by: Any) -> Statement:
    """End a hold; the statement goes back to review and needs an approval. Raises NotReadyError, PermissionDenied."""
    _require(by, "revenue.hold_statement")
    statement = locked(hold.statement)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.released_at or statement.state != StatementState.HELD:
        raise NotReadyError(_("This hold was released before."))
    hold.released_by, hold.released_at = by, timezone.now()
    hold.save(update_fields=["released_by", "released_at"])
    _mark_prepared(statement, by)
    move(statement, StatementState.IN_REVIEW)
    log(statement, "revenue.statement_released", user=by, data={"reason": hold.reason})
    return statement


def require_valid_approval(statement: Statement) -> None:
    """Raise VoidApprovalError unless as many approvals as it needs are in force, and cover the lines as they stand."""
    digests = list(statement.approvals.filter(voided_at__isnull=True).values_list("digest", flat=True))
    if len(digests) < statement.approvals_needed or set(digests) != {current_digest(statement)}:
        raise VoidApprovalError(_("The lines of this statement are not those that were approved."))


@transaction.atomic
def void_approval(*, statement: Statement, by: Any) -> None:
    """Take back an approval that no longer fits; the statement goes back to review."""
    statement = locked(statement)
    _void(statement)
    if statement.state == StatementState.APPROVED:
        move(statement, StatementState.IN_REVIEW)
    log(statement, "revenue.approval_voided", user=by)


def place_hold(statement: Statement, *, reason: HoldReason, message: str, by: Any, until: date | None = None) -> Hold:
    """Put a locked statement on hold inside the caller's transaction."""
    _void(statement)
    move(statement, StatementState.HELD)
    return Hold.objects.create(
        statement=statement, reason=reason, message=message[:400], until=until, placed_by=by, placed_at=timezone.now()
    )


def current_digest(statement: Statement) -> str:
    """Return the hash of the statement's lines as they stand now."""
    return figures.digest(statement, statement.period.code, statement.lines.order_by("position"))


def locked(statement: Statement) -> Statement:
    """Fetch a statement again for changing it, inside a transaction."""
    found = Statement.objects.select_for_update(of=("self",)).select_related("creator__user", "period")
    return found.get(pk=statement.pk)


def move(statement: Statement, state: StatementState) -> None:
    """Change a locked statement's state. Raises NotReadyError when the table of states does not have it."""
    try:
        check_statement_move(statement.state, state)
    except ImpossibleMoveError as error:
        raise NotReadyError(_("The statement is in another state by now. Load the page again.")) from error
    statement.state = state
    statement.save(update_fields=["state"])


def _mark_prepared(statement: Statement, by: Any) -> None:
    statement.prepared_by, statement.prepared_at = by, timezone.now()
    statement.save(update_fields=["prepared_by", "prepared_at"])


def _void(statement: Statement) -> None:
    statement.approvals.filter(voided_at__isnull=True).update(voided_at=timezone.now())


def _require(by: Any, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied
