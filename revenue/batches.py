"""What finance does with the files for its bank: make, download, and say that the bank has them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import payouts
from revenue.audit import log
from revenue.errors import NotReadyError
from revenue.models import PaymentBatch, PaymentFile
from revenue.models.payouts import BatchState
from revenue.rails import bank_file
from revenue.rails.base import Outcome
from revenue.states import PayoutState


def make_files(*, by: Any) -> list[PaymentFile]:
    """Write the file of every batch that is being filled. Raises NotReadyError, PermissionDenied."""
    _require(by)
    return [bank_file.make_file(batch=batch, by=by) for batch in PaymentBatch.objects.filter(state=BatchState.OPEN)]


@transaction.atomic
def download(*, batch: PaymentBatch, by: Any) -> PaymentFile:
    """Return the file, and note who took it. Raises NotReadyError before it is made, PermissionDenied."""
    _require(by)
    file = PaymentFile.objects.filter(batch=batch).first()
    if file is None:
        raise NotReadyError(_("The file is not made yet."))
    log(batch, "revenue.batch_downloaded", user=by, data={"sha256": file.sha256})
    return file


@transaction.atomic
def mark_sent(*, batch: PaymentBatch, by: Any) -> PaymentBatch:
    """Say that the bank has the file; its payouts are sent. Doing it again is harmless.

    Raises NotReadyError, PermissionDenied.
    """
    _require(by)
    batch = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == BatchState.SENT:
        return batch
    if batch.state != BatchState.READY:
        raise NotReadyError(_("The file is not made yet."))
    batch.state, batch.sent_by, batch.sent_at = BatchState.SENT, by, timezone.now()
    batch.save(update_fields=["state", "sent_by", "sent_at"])
    for payout in batch.payouts.filter(state=PayoutState.SENDING):
        payouts.settle(payout=payout, outcome=Outcome(PayoutState.SENT, batch.pk.hex), by=by)
    log(batch, "revenue.batch_sent", user=by)
    return batch


@transaction.atomic
def mark_paid(*, batch: PaymentBatch, by: Any) -> int:
    """Say that the bank carried out every payment of the file that it has not sent back; return how many."""
    _require(by)
    waiting = list(batch.payouts.filter(state__in=[PayoutState.SENT, PayoutState.IN_TRANSIT]))
    for payout in waiting:
        payouts.report_outcome(payout=payout, state=PayoutState.PAID, by=by)
    return len(waiting)


def _require(by: Any) -> None:
    if not by.has_perm("revenue.pay_statement"):
        raise PermissionDenied
