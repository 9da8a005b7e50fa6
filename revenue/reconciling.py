"""What the bank, the other rails and the books do not agree on, each with its age."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue.models import BankFile, BankLine, Payout
from revenue.models.bank import Verdict
from revenue.models.payouts import RailName
from revenue.rails import active_rails
from revenue.rails.base import PaymentRequest, UnclearAnswerError
from revenue.states import PayoutState

SLOWEST: Final = timedelta(days=5)  # a bank transfer, from the file to the answer
_DOUBTFUL: Final = (PayoutState.CLAIMED, PayoutState.SENDING, PayoutState.UNKNOWN)
_WITH_THE_BANK: Final = (PayoutState.SENT, PayoutState.IN_TRANSIT)
_SAID: Final = (*_WITH_THE_BANK, PayoutState.PAID)
ASKED_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not settled between the books and the outside. ``since`` is the day it began.

    ``amount`` is in minor units of ``currency``, None where the bank does not say it.
    """

    text: str
    since: date
    amount: int | None
    currency: str
    is_late: bool
    payout: Payout | None = None
    line: BankLine | None = None

    def days(self, today: date) -> int:
        """Return how old it is."""
        return max(0, (today - self.since).days)


def differences(*, today: date | None = None, ask_rails: bool = False) -> list[Difference]:
    """Return every difference, the oldest first; with ``ask_rails`` providers are asked about each payment (slow)."""
    today = today or timezone.now().date()
    found = [*_unanswered(today), *_lines(), *_in_no_statement()]
    if ask_rails:
        found += _as_the_rails_have_it(today)
    return sorted(found, key=lambda difference: difference.since)


def _payouts() -> QuerySet[Payout]:
    return Payout.objects.select_related("statement__creator", "statement__period").defer(
        "statement__creator__thumbnail"
    )


def _unanswered(today: date) -> Iterator[Difference]:
    # a doubt is looked up again at once, so a day is long; a bank takes its time
    late = Q(state__in=_DOUBTFUL, changed_at__date__lt=today) | Q(
        state__in=_WITH_THE_BANK, changed_at__date__lte=today - SLOWEST
    )
    for payout in _payouts().filter(late).order_by("changed_at").iterator():
        text = _("No answer yet: %(state)s.") % {"state": payout.get_state_display()}
        yield _of(payout, text, payout.changed_at.date(), True)


def _lines() -> Iterator[Difference]:
    lines = BankLine.objects.open_differences() | BankLine.objects.filter(verdict=Verdict.FITS)
    for line in lines.select_related("file", "payout__statement__creator", "payout__statement__period").iterator():
        text = _("The bank: %(state)s. %(verdict)s.") % {
            "state": line.get_state_display(), "verdict": line.get_verdict_display().capitalize(),
        }  # fmt: skip
        since = line.booked_on or line.file.kept_at.date()
        late = line.verdict != Verdict.FITS
        yield Difference(text, since, line.amount, line.currency, late, line.payout, line)


def _in_no_statement() -> Iterator[Difference]:
    """Yield payouts that are paid by our books, and that no bank statement of those days has.

    The day is when somebody said so, which may be some days after the booking.
    """
    covered = BankLine.objects.filter(file__kind="statement").aggregate(first=Min("booked_on"), last=Max("booked_on"))
    if covered["last"] is None:
        return
    said = BankLine.objects.filter(Q(payout=OuterRef("pk")) | Q(batch=OuterRef("batch")), file__kind="statement")
    silent = _payouts().filter(
        ~Exists(said.filter(state=PayoutState.PAID)), rail=RailName.BANK_FILE, state=PayoutState.PAID,
        paid_on__gte=covered["first"] + SLOWEST, paid_on__lte=covered["last"] - SLOWEST,
    )  # fmt: skip
    for payout in silent.order_by("paid_on").iterator():
        yield _of(payout, _("Paid by our books, but in no bank statement."), payout.paid_on, True)


def _as_the_rails_have_it(today: date) -> Iterator[Difference]:
    for name, rail in active_rails().items():
        if name == RailName.BANK_FILE:
            continue  # knows what we told it, and no more
        recent = _payouts().filter(rail=name, state__in=_SAID, changed_at__date__gte=today - ASKED_FOR)
        for payout in recent.order_by("changed_at").iterator():
            since = payout.changed_at.date()
            try:
                known = rail.look_up(PaymentRequest.from_json(payout.request))
            except UnclearAnswerError:
                yield _of(payout, _("The provider gives no answer."), since, False)
                continue
            if known is None:
                yield _of(payout, _("The provider does not know this payment."), since, True)
            elif known.state not in _SAID:
                text = _("The provider says: %(state)s.") % {"state": PayoutState(known.state).label}
                yield _of(payout, text, since, True)


def under_way() -> list[dict[str, Any]]:
    """Return ``{"currency", "count", "sum"}`` of the payouts that wait for an answer, late or not."""
    waiting = Payout.objects.filter(state__in=[*_DOUBTFUL, *_WITH_THE_BANK])
    rows = waiting.values("currency").annotate(count=Count("pk"), sum=Sum("amount")).order_by("currency")
    return [{**row, "sum": int(row["sum"])} for row in rows]


def _of(payout: Payout, text: str, since: date, is_late: bool) -> Difference:
    return Difference(text, since, payout.amount, payout.currency, is_late, payout)


def is_covered() -> bool:
    """Say whether any statement of the bank was ever read; without one, "paid" rests on somebody's word."""
    return BankFile.objects.filter(kind="statement").exists()
