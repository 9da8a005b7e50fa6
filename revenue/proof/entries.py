"""Every entry balances, is whole, and says what it said when it was written."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from revenue.bookkeeping import Line, entry_digest
from revenue.models import JournalEntry, Posting
from revenue.proof.findings import Proof

CHUNK = 5000


def check_entries(proof: Proof) -> None:
    """Recompute the sums and the digest of each entry from its postings."""
    rows = groupby(_postings(), key=lambda row: row["entry_id"])
    entries = JournalEntry.objects.select_related("period").order_by("pk").iterator(chunk_size=CHUNK)
    pending = next(rows, None)
    for entry in entries:
        postings: list[dict[str, Any]] = []
        if pending and pending[0] == entry.pk:
            postings = list(pending[1])
            pending = next(rows, None)
        _check(entry, postings, proof)
    if pending:
        proof.wrong(f"postings of an entry that does not exist: {pending[0]}")


def _check(entry: JournalEntry, postings: list[dict[str, Any]], proof: Proof) -> None:
    proof.checked["entries"] += 1
    proof.checked["postings"] += len(postings)
    name = f"entry {entry.pk} ({entry.kind} {entry.reference})"
    sums: dict[str, int] = defaultdict(int)
    for row in postings:
        sums[row["currency"]] += row["amount"]
        if row["currency"] != row["account__currency"]:
            proof.wrong(f"{name}, posting {row['pk']}: its account is in another currency")
    for currency, total in sums.items():
        if total:
            proof.wrong(f"{name} does not balance: {total} {currency} too much")
    proof.same(f"{name}, number of postings", len(postings), entry.lines)
    lines = [Line(row["account__code"], row["currency"], row["amount"]) for row in postings]
    digest = entry_digest(entry.kind, entry.reference, entry.version, entry.period.code, lines)
    if digest != entry.digest:
        numbers = ", ".join(str(row["pk"]) for row in postings[:20])
        proof.wrong(f"{name} was changed after it was written; look at postings {numbers}")


def _postings() -> Iterator[dict[str, Any]]:
    rows = Posting.objects.order_by("entry_id", "line")
    return rows.values("pk", "entry_id", "currency", "amount", "account__code", "account__currency").iterator(
        chunk_size=CHUNK
    )
