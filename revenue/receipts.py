"""Money that a platform has sent: from what it owed us to our bank account."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from revenue import bookkeeping, chart
from revenue.audit import log
from revenue.bookkeeping import Line
from revenue.errors import NotReadyError
from revenue.models import JournalEntry, Period, Source
from revenue.models.payouts import RailName

ENTRY_KIND = "receipt"


@transaction.atomic
def record_receipt(
    *, source: Source, amount: int, currency: str, month: date, reference: str, by: Any
) -> JournalEntry | None:
    """Write down ``amount`` minor units that arrived under the bank's ``reference``, once for each reference.

    Raises NotReadyError for nothing or less, AlreadyPostedError for a reference that was used, PermissionDenied.
    """
    if not by.has_perm("revenue.import_report"):
        raise PermissionDenied
    if amount <= 0 or not reference.strip():
        raise NotReadyError(_("Write the amount that arrived and the bank's reference."))
    entry = bookkeeping.post(
        kind=ENTRY_KIND, reference=f"{source.slug}/{reference.strip()}", period=Period.objects.open_from(month), by=by,
        lines=[
            Line(chart.bank(RailName.BANK_FILE.value), currency, amount),
            Line(chart.receivable(source.slug), currency, -amount),
        ],
    )  # fmt: skip
    log(source, "revenue.receipt_recorded", user=by, data={"amount": amount, "currency": currency})
    return entry
