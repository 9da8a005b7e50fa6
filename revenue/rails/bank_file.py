"""The bank-file rail: payments gather in a batch, and finance gives the batch's file to its bank.

Nothing outside is called, so a payment is made at most once by being in at most one batch.
"""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from revenue.audit import log
from revenue.errors import NotReadyError
from revenue.models import PaymentBatch, PaymentFile, Payout
from revenue.models.payouts import BatchState, RailName
from revenue.rails import pain001
from revenue.rails.base import Outcome, Payee, PaymentRequest, RefusedPaymentError
from revenue.states import PayoutState


class BankFileRail:
    """Puts payments into the open batch of their currency."""

    name = RailName.BANK_FILE.value

    def why_not(self, payee: Payee, currency: str) -> str:
        """Check the account as far as it can be checked without the bank."""
        if not payee.holder.strip():
            return _("The name on the account is missing.")
        if payee.iban:
            return _why_not_iban(payee)
        if not payee.account_number:
            return _("The account number is missing.")
        if not (payee.bic or payee.bank_code):
            return _("The bank's code is missing.")
        return _why_not_bic(payee.bic) if payee.bic else ""

    @transaction.atomic
    def send(self, request: PaymentRequest) -> Outcome:
        """Put the payment into the open batch; finance says later that the bank has it."""
        payout = Payout.objects.select_for_update().get(pk=UUID(request.group))
        if payout.batch_id is None:
            if reason := self.why_not(request.payee, request.currency):
                raise RefusedPaymentError(reason)
            payout.batch = _open_batch(payout)
            payout.save(update_fields=["batch"])
        return _outcome(payout)

    def look_up(self, request: PaymentRequest) -> Outcome | None:
        """Say whether the payment is in a batch, and whether the bank has it."""
        payout = Payout.objects.filter(pk=UUID(request.group), batch__isnull=False).select_related("batch").first()
        return _outcome(payout) if payout else None


@transaction.atomic
def make_file(*, batch: PaymentBatch, by: Any) -> PaymentFile:
    """Write the batch's file, once; later payments go into another batch.

    Raises NotReadyError when the account that pays is not set up.
    """
    batch = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != BatchState.OPEN:
        return batch.file
    debtor = pain001.Debtor(**settings.REVENUE_DEBTOR)
    if not iban.is_valid(debtor.iban) or not debtor.name:
        raise NotReadyError(
            _("The account that pays is not set up: REVENUE_DEBTOR_NAME, REVENUE_DEBTOR_IBAN, REVENUE_DEBTOR_BIC.")
        )
    payouts = list(batch.payouts.order_by("pk"))
    now = timezone.now()
    content = pain001.build(
        message_id=batch.pk.hex, made_at=batch.made_at, execute_on=batch.made_at.date() + timedelta(days=1),
        debtor=debtor, currency=batch.currency,
        payments=[PaymentRequest.from_json(payout.request) for payout in payouts],
    )  # fmt: skip
    file = PaymentFile.objects.create(
        batch=batch, content=content, sha256=hashlib.sha256(content).hexdigest(), payments=len(payouts),
        control_sum=sum(payout.amount for payout in payouts), made_at=now,
    )  # fmt: skip
    batch.state = BatchState.READY
    batch.save(update_fields=["state"])
    log(batch, "revenue.batch_ready", user=by, data={"sha256": file.sha256, "payments": file.payments})
    return file


def _open_batch(payout: Payout) -> PaymentBatch:
    open_ones = PaymentBatch.objects.select_for_update().filter(currency=payout.currency, state=BatchState.OPEN)
    if batch := open_ones.first():
        return batch
    try:
        with transaction.atomic():
            return PaymentBatch.objects.create(currency=payout.currency, made_by=payout.made_by, made_at=timezone.now())
    except IntegrityError:  # another run opened it at the same moment
        return open_ones.get()


def _outcome(payout: Payout) -> Outcome:
    handed_over = payout.batch.state == BatchState.SENT
    return Outcome(PayoutState.SENT if handed_over else PayoutState.SENDING, payout.batch_id.hex)


def _why_not_iban(payee: Payee) -> str:
    try:
        iban.validate(payee.iban)
    except ValidationError:
        return _("This IBAN is not right. Compare it with your bank card or bank statement.")
    if payee.iban[:2] != payee.country:
        return _("This IBAN belongs to another country than the bank.")
    return _why_not_bic(payee.bic)


def _why_not_bic(code: str) -> str:
    return "" if bic.is_valid(code) else _("This BIC is not right. It has 8 or 11 letters and numbers.")
