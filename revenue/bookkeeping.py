"""The only writer of journal entries and postings."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import loading
from revenue.errors import AlreadyPostedError, MonthClosedError, UnbalancedError
from revenue.models import Account, JournalEntry, Period, Posting

BATCH = 2000
FIRST_LINK: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """One posting to be: an account of the chart, its currency, and signed minor units (debits positive)."""

    account: str
    currency: str
    amount: int


def exists(*, kind: str, reference: str, version: int = 1) -> bool:
    """Say whether this was posted before."""
    return JournalEntry.objects.filter(kind=kind, reference=reference, version=version).exists()


@transaction.atomic
def post(
    *, kind: str, reference: str, period: Period, lines: Iterable[Line], by: Any, version: int = 1
) -> JournalEntry | None:
    """Write one balanced entry into an open month and return it; None when every line is zero.

    Lines of one account are added together. Raises UnbalancedError, MonthClosedError, AlreadyPostedError.
    """
    merged = _merged(lines)
    if not merged:
        return None
    _require_balance(merged)
    if Period.objects.select_for_update().get(pk=period.pk).is_locked:
        raise MonthClosedError(_("%(month)s is closed and takes no more entries.") % {"month": period})
    if exists(kind=kind, reference=reference, version=version):
        raise AlreadyPostedError(_("This was posted before, so nothing was posted now."))
    accounts = _accounts((line.account, line.currency) for line in merged)
    entry = JournalEntry(
        kind=kind, reference=reference, version=version, period=period, lines=len(merged), made_by=by,
        made_at=timezone.now(), digest=entry_digest(kind, reference, version, period.code, merged),
    )  # fmt: skip
    _chain(entry)
    postings = (
        (entry.pk, number, accounts[line.account, line.currency], line.currency, line.amount)
        for number, line in enumerate(merged, start=1)
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
            loading.load(Posting._meta.db_table, ("entry_id", "line", "account_id", "currency", "amount"), postings)
    except IntegrityError as error:
        if exists(kind=kind, reference=reference, version=version):
            raise AlreadyPostedError(_("This was posted before, so nothing was posted now.")) from error
        raise
    return entry


def entry_digest(kind: str, reference: str, version: int, month: str, lines: Sequence[Line]) -> str:
    """Return the SHA-256 (hex) over everything an entry says, one part a line, in the order of its postings."""
    digest = hashlib.sha256(f"{kind}\t{reference}\t{version}\t{month}".encode())
    for line in lines:
        digest.update(f"\n{line.account}\t{line.currency}\t{line.amount}".encode())
    return digest.hexdigest()


def chained(link: str, entry: Any) -> str:
    """Return the SHA-256 (hex) over the chain so far and an entry: what it says, its number, when, by whom."""
    made_at = entry.made_at.astimezone(UTC).isoformat(timespec="microseconds")
    said = f"{link}\n{entry.number}\n{entry.pk}\n{entry.digest}\n{made_at}\n{entry.made_by_id or ''}"
    return hashlib.sha256(said.encode()).hexdigest()


def _chain(entry: JournalEntry) -> None:
    """Make ``entry`` the next one. Until the transaction ends, other writers of entries wait."""
    if connection.vendor == "postgresql":  # on SQLite a transaction is the only writer
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [JournalEntry._meta.db_table])
    latest = JournalEntry.objects.order_by("-number").values_list("number", "chain").first()
    number, link = latest or (0, FIRST_LINK)
    entry.number = number + 1
    entry.chain = chained(link, entry)


def balance(account: str, currency: str) -> int:
    """Return what an account holds, minor units; what is owed is negative."""
    found = Posting.objects.filter(account__code=account, account__currency=currency).aggregate(sum=Sum("amount"))
    return found["sum"] or 0


def _merged(lines: Iterable[Line]) -> list[Line]:
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        amounts[line.account, line.currency] += line.amount
    return [Line(account, currency, amount) for (account, currency), amount in amounts.items() if amount]


def _require_balance(lines: Sequence[Line]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.currency] += line.amount
    if uneven := {currency: total for currency, total in sums.items() if total}:
        raise UnbalancedError(_("The two sides of this entry differ: %(sums)s.") % {"sums": uneven})


def _open_accounts(new: Sequence[tuple[str, str]]) -> None:
    """Add accounts; one that another writer added meanwhile is left as it is."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            codes, currencies = (list(column) for column in zip(*new, strict=True))
            cursor.execute(
                """INSERT INTO revenue_account (code, currency) SELECT * FROM UNNEST(%s::text[], %s::text[])
                   ON CONFLICT DO NOTHING""",
                [codes, currencies],
            )
        else:
            cursor.executemany(
                "INSERT INTO revenue_account (code, currency) VALUES (%s, %s) ON CONFLICT DO NOTHING", new
            )


def _accounts(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    pairs = set(wanted)
    codes = sorted({code for code, _currency in pairs})
    found: dict[tuple[str, str], int] = {}
    for _attempt in range(2):
        for start in range(0, len(codes), BATCH):
            rows = Account.objects.filter(code__in=codes[start : start + BATCH])
            found |= {(code, currency): pk for pk, code, currency in rows.values_list("pk", "code", "currency")}
        new = sorted(pairs - found.keys())
        if not new:
            break
        _open_accounts(new)
        codes = sorted({code for code, _currency in new})
    return found
