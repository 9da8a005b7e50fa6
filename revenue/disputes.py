"""A creator says that a line of her statement is wrong; finance corrects it on the next one, or explains it."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue import bookkeeping, chart
from revenue.audit import log
from revenue.bookkeeping import Line
from revenue.errors import NotReadyError, SamePersonError
from revenue.models import Correction, Dispute, Period, StatementLine
from revenue.models.disputes import DisputeReason, DisputeState

ENTRY_KIND: Final = "correction"
MOST_A_DAY: Final = 10


@transaction.atomic
def dispute_line(*, line: StatementLine, reason: DisputeReason | str, message: str, by: Any) -> Dispute:
    """Keep what a creator says is wrong with a line; the line stays as it is.

    Raises NotReadyError while her last question about this line is open, after ``MOST_A_DAY`` of them in a day, or
    without words; PermissionDenied unless ``by`` is the creator.
    """
    statement = line.statement
    if statement.creator.user_id != by.pk:
        raise PermissionDenied
    Profile.objects.select_for_update().get(pk=statement.creator_id)  # her questions come one after the other
    if not message.strip():
        raise NotReadyError(_("Write what is wrong with this line."))
    if line.disputes.waiting().exists():
        raise NotReadyError(_("You have asked about this line already. We answer as soon as we can."))
    since = timezone.now() - timedelta(days=1)
    if Dispute.objects.owned_by(by).filter(raised_at__gt=since).count() >= MOST_A_DAY:
        raise NotReadyError(_("You have asked many questions today. Please ask this one tomorrow."))
    dispute = Dispute.objects.create(
        line=line, reason=DisputeReason(reason), message=message.strip(), raised_by=by, raised_at=timezone.now()
    )
    log(statement, "revenue.line_disputed", user=by, data={"line": line.position, "reason": dispute.reason})
    return dispute


@transaction.atomic
def explain(*, dispute: Dispute, answer: str, by: Any) -> Dispute:
    """Say why a line is right as it stands. Raises NotReadyError, SamePersonError, PermissionDenied."""
    dispute = _locked(dispute, by)
    return _answer(dispute, DisputeState.EXPLAINED, answer, by)


@transaction.atomic
def accept(*, dispute: Dispute, answer: str, amount: int, by: Any) -> Correction:
    """Correct a line by ``amount`` minor units (less than zero takes away) on the next statement that is made.

    The programme bears it. Raises NotReadyError, SamePersonError, PermissionDenied.
    """
    dispute = _locked(dispute, by)
    if not amount:
        raise NotReadyError(_("Write by how much the line is corrected."))
    _answer(dispute, DisputeState.ACCEPTED, answer, by)
    statement = dispute.line.statement
    period = Period.objects.open_from(statement.period.next_month)
    entry = bookkeeping.post(
        kind=ENTRY_KIND, reference=str(dispute.pk), period=period, by=by,
        lines=lines_of(statement.creator_id, statement.currency, amount),
    )  # fmt: skip
    return Correction.objects.create(
        dispute=dispute, creator_id=statement.creator_id, period=period, currency=statement.currency, amount=amount,
        entry=entry,
    )  # fmt: skip


def lines_of(creator_id: Any, currency: str, amount: int) -> list[Line]:
    """Return what a correction books: the programme gives up what the creator gets."""
    return [
        Line(chart.PROGRAMME_INCOME, currency, amount),
        Line(chart.creator_payable(creator_id), currency, -amount),
    ]


def _locked(dispute: Dispute, by: Any) -> Dispute:
    if not by.has_perm("revenue.answer_dispute"):
        raise PermissionDenied
    found = Dispute.objects.select_for_update(of=("self",)).select_related("line__statement__period")
    dispute = found.get(pk=dispute.pk)
    if dispute.raised_by_id == by.pk:
        raise SamePersonError(_("Nobody answers her own question about her money."))
    if not dispute.is_open:
        raise NotReadyError(_("This question was answered before."))
    return dispute


def _answer(dispute: Dispute, state: DisputeState, answer: str, by: Any) -> Dispute:
    if not answer.strip():
        raise NotReadyError(_("Write the answer that the creator will read."))
    dispute.state, dispute.answer = state, answer.strip()
    dispute.answered_by, dispute.answered_at = by, timezone.now()
    dispute.save()
    data = {"line": dispute.line.position, "answer": state.value}
    log(dispute.line.statement, "revenue.dispute_answered", user=by, data=data)
    from revenue.tasks import tell_answer

    transaction.on_commit(partial(tell_answer.enqueue, str(dispute.pk)))
    return dispute
