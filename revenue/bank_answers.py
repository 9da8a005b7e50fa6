"""Taking in what the bank says: kept as it came, compared with the books, and written down where it fits.

The same file again, a line that is known already, or a file read half-way and again, changes nothing.
"""

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import batches, payouts
from revenue.audit import log
from revenue.errors import NotReadyError, UnreadableReportError
from revenue.models import BankFile, BankLine, PaymentBatch, Payout
from revenue.models.bank import DIFFERENCES, Verdict
from revenue.models.payouts import BatchState
from revenue.rails import bank_messages
from revenue.rails.base import Outcome
from revenue.states import PAYOUT_MOVES, PAYOUT_OVER_UNPAID, PayoutState

logger = logging.getLogger(__name__)
AT_ONCE = 500
_WITH_THE_BANK = (PayoutState.SENT, PayoutState.IN_TRANSIT, PayoutState.PAID)
OUR_VERSION = 4  # of the UUIDs that name our payments; other people's references are often long numbers too


def keep(*, content: bytes, name: str, by: Any) -> tuple[BankFile, bool]:
    """Keep a bank's file and compare it with the books; nothing is written down yet. Return it, and whether it is new.

    Raises UnreadableReportError, PermissionDenied.
    """
    _require(by)
    try:
        read = bank_messages.read(content)
    except bank_messages.UnreadableAnswerError as error:
        raise UnreadableReportError(str(error)) from error
    with transaction.atomic():
        return _keep(content, name, read, by)


def _keep(content: bytes, name: str, read: bank_messages.AnswerFile, by: Any) -> tuple[BankFile, bool]:
    sha256 = hashlib.sha256(content).hexdigest()
    file, is_new = BankFile.objects.get_or_create(
        sha256=sha256, defaults={"name": name[:120], "kind": read.kind, "content": content, "kept_by": by}
    )
    if not is_new:
        return file, False
    lines = [
        BankLine(
            file=file, number=number, group=answer.group, state=answer.state, amount=answer.amount,
            currency=answer.currency[:3], booked_on=answer.booked_on, reason=answer.reason[:400],
            reference=answer.reference[:120],
        )
        for number, answer in enumerate(read.answers, start=1)
    ]  # fmt: skip
    judge(lines)
    BankLine.objects.bulk_create(lines, batch_size=AT_ONCE)
    log(file, "revenue.bank_file_kept", user=by, data={"sha256": sha256, "lines": len(lines)})
    return file, True


def judge(lines: Iterable[BankLine]) -> None:
    """Set what each of ``lines`` of a file is about, and how it goes together with the books as they are now.

    Asks as often for few lines as for many. What a statement books of a payment on another day, or a second time in one
    file, is a second payment; the same booking in two statements that overlap is one.
    """
    lines = list(lines)
    ids = {UUID(line.group) for line in lines if line.group}
    ours = Payout.objects.filter(rail="bank_file").select_related("batch").in_bulk(ids)
    batches_named = PaymentBatch.objects.annotate(sum=Sum("payouts__amount")).prefetch_related("payouts")
    files = batches_named.in_bulk(ids - ours.keys())
    booked = _bookings([*ours.values()], [*files.values()], before=lines[0].pk if lines else None)
    for line in lines:
        key = UUID(line.group) if line.group else None
        line.payout, line.batch = ours.get(key), files.get(key)
        line.verdict = _verdict(line)
        if line.file.kind == "statement" and (line.payout or line.batch):
            earlier = booked[key, line.state]
            if any(_is_another(line, one) for one in earlier):
                line.verdict = Verdict.TWICE
            earlier.append(line)


def _bookings(ours: list[Payout], files: list[PaymentBatch], before: int | None) -> dict[tuple, list[BankLine]]:
    """Return what earlier lines of statements say of payments and files, by id and state."""
    stored = BankLine.objects.filter(Q(payout__in=ours) | Q(batch__in=files), file__kind="statement")
    if before is not None:
        stored = stored.filter(pk__lt=before)
    found: dict[tuple, list[BankLine]] = defaultdict(list)
    for line in stored:
        found[line.payout_id or line.batch_id, line.state].append(line)
    return found


def _is_another(line: BankLine, earlier: BankLine) -> bool:
    """Say whether two lines that say the same of a payment are two bookings."""
    if earlier.file_id == line.file_id:
        return True
    if line.reference and earlier.reference:
        return line.reference != earlier.reference
    return bool(line.booked_on and earlier.booked_on and line.booked_on != earlier.booked_on)


def carry_out(*, file: BankFile, by: Any, most: int | None = AT_ONCE) -> int:
    """Write down what ``file`` says where it fits the books, at most ``most`` lines; return how many.

    Each line is a transaction of its own, so that one that cannot be written down stops no other.
    Raises PermissionDenied.
    """
    _require(by)
    count = 0
    for line in file.lines.filter(verdict=Verdict.FITS).order_by("number")[:most]:
        try:
            count += _write_down(line, by)
        except NotReadyError:  # somebody else was faster; it is compared again next time
            logger.info("line %s of bank file %s waits", line.number, file.pk)
    return count


@transaction.atomic
def clear_up(*, line: BankLine, note: str, by: Any) -> None:
    """Say how a difference was explained; the line stays. Raises NotReadyError, PermissionDenied."""
    _require(by)
    line = BankLine.objects.select_for_update().get(pk=line.pk)
    if line.verdict not in DIFFERENCES or line.cleared_at:
        raise NotReadyError(_("This line is no open difference."))
    if not note.strip():
        raise NotReadyError(_("Write down how it was cleared up."))
    line.cleared_by, line.cleared_at, line.note = by, timezone.now(), note.strip()[:400]
    line.save(update_fields=["cleared_by", "cleared_at", "note"])
    log(line.file, "revenue.bank_line_cleared", user=by, data={"line": line.number, "note": line.note})


def counts(file: BankFile) -> Counter[str]:
    """Return how many lines of ``file`` have each verdict."""
    return Counter(dict(file.lines.order_by().values_list("verdict").annotate(Count("pk"))))


def _verdict(line: BankLine) -> Verdict:
    if not line.group:
        return Verdict.OTHER
    if line.payout:
        if not _is_amount(line, line.payout.amount, line.payout.currency):
            return Verdict.AMOUNT
        return _verdict_on(line.payout, PayoutState(line.state))
    if line.batch is None:
        is_like_ours = line.state == PayoutState.PAID and UUID(line.group).version == OUR_VERSION
        return Verdict.UNKNOWN if is_like_ours else Verdict.OTHER
    if not _is_amount(line, line.batch.sum, line.batch.currency):
        return Verdict.AMOUNT
    verdicts = {_verdict_on(payout, PayoutState(line.state)) for payout in line.batch.payouts.all()}
    # A payment of the file that has come back meanwhile is no conflict: the file says nothing of that one.
    return next((one for one in (Verdict.FITS, Verdict.KNOWN) if one in verdicts), Verdict.CONFLICT)


def _is_amount(line: BankLine, amount: int, currency: str) -> bool:
    """Say whether a line has our amount; a status report may leave it out, a booking may not."""
    if line.amount is None:
        return line.file.kind == "status"
    return (line.amount, line.currency) == (amount, currency)


def _verdict_on(payout: Payout, news: PayoutState) -> Verdict:
    if _is_known(payout, news):
        return Verdict.KNOWN
    state = PayoutState(payout.state)
    if state == PayoutState.SENDING and payout.batch and payout.batch.state != BatchState.OPEN:
        state = PayoutState.SENT  # whoever answers has the file
    return Verdict.FITS if state in _WITH_THE_BANK and news in PAYOUT_MOVES[state] else Verdict.CONFLICT


def _is_known(payout: Payout, news: PayoutState) -> bool:
    if news == PayoutState.PAID:
        return payout.paid_on is not None  # also when it came back afterwards
    if news == PayoutState.IN_TRANSIT:
        return payout.state in {PayoutState.IN_TRANSIT, PayoutState.PAID, *PAYOUT_OVER_UNPAID}
    return payout.state in PAYOUT_OVER_UNPAID


@transaction.atomic
def _write_down(line: BankLine, by: Any) -> bool:
    line = BankLine.objects.select_for_update(of=("self",)).select_related("file").get(pk=line.pk)
    if line.verdict != Verdict.FITS:
        return False
    judge([line])
    if line.verdict == Verdict.FITS:
        outcome = _outcome(line)
        for payout in _meant(line):
            if payout.batch.state == BatchState.READY:
                batches.mark_sent(batch=payout.batch, by=by)
                payout.refresh_from_db()
            payouts.settle(payout=payout, outcome=outcome, by=by)
        line.verdict = Verdict.DONE
    line.save(update_fields=["verdict", "payout", "batch"])
    return line.verdict == Verdict.DONE


def _outcome(line: BankLine) -> Outcome:
    state = PayoutState(line.state)
    why = (line.reason or _("The bank gave no reason.")) if state == PayoutState.RETURNED else ""
    return Outcome(state, line.reference, why, line.booked_on)


def _meant(line: BankLine) -> list[Payout]:
    if line.payout:
        return [line.payout]
    state = PayoutState(line.state)
    payouts_of_file = line.batch.payouts.select_related("batch")
    return [payout for payout in payouts_of_file if _verdict_on(payout, state) == Verdict.FITS]


def _require(by: Any) -> None:
    if not by.has_perm("revenue.pay_statement"):
        raise PermissionDenied
