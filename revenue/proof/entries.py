"""Every entry balances, is whole, says what it said when it was written, and none is missing between two others."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from revenue.bookkeeping import FIRST_LINK, Line, chained, entry_digest
from revenue.models import JournalEntry, Posting
from revenue.proof.findings import Proof

CHUNK = 5000


def check_entries(proof: Proof) -> None:
    """Recompute the sums and the digest of each entry from its postings, and the chain over all of them."""
    rows = groupby(_postings(), key=lambda row: row["entry__number"])
    entries = JournalEntry.objects.select_related("period").order_by("number").iterator(chunk_size=CHUNK)
    pending = next(rows, None)
    number, link = 0, FIRST_LINK
    for entry in entries:
        postings: list[dict[str, Any]] = []
        if pending and pending[0] == entry.number:
            postings = list(pending[1])
            pending = next(rows, None)
        _check(entry, postings, proof)
        _check_chain(entry, number, link, proof)
        number, link = entry.number, entry.chain
    proof.same("postings of the entries there are", proof.checked["postings"], Posting.objects.count())
    proof.last_entry = (number, link)


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


def _check_chain(entry: JournalEntry, before: int, link: str, proof: Proof) -> None:
    if entry.number != before + 1:
        proof.wrong(f"between entries {before} and {entry.number} there should be {entry.number - before - 1} more")
    elif chained(link, entry) != entry.chain:
        proof.wrong(f"entry {entry.pk} (number {entry.number}) does not continue the chain of those before it")


def _postings() -> Iterator[dict[str, Any]]:
    rows = Posting.objects.order_by("entry__number", "line")
    return rows.values("pk", "entry__number", "currency", "amount", "account__code", "account__currency").iterator(
        chunk_size=CHUNK
    )
