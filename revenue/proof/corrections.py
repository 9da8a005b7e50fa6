"""What finance corrected after a question, against the entry it was booked with."""

from revenue.disputes import ENTRY_KIND, lines_of
from revenue.models import Correction, JournalEntry
from revenue.proof.findings import Proof
from revenue.proof.reports import compare_entry


def check_corrections(proof: Proof) -> None:
    """Recompute each correction's entry, and find entries that no correction stands behind."""
    corrections = Correction.objects.select_related("entry", "dispute__line__statement")
    for correction in corrections.order_by("pk").iterator():
        proof.checked["corrections"] += 1
        statement = correction.dispute.line.statement
        name = f"correction {correction.pk}"
        proof.same(f"{name}, its month", correction.period_id, correction.entry.period_id)
        proof.same(f"{name}, creator", correction.creator_id, statement.creator_id)
        compare_entry(
            correction.entry_id, lines_of(statement.creator_id, correction.currency, correction.amount), proof
        )
    entries = JournalEntry.objects.filter(kind=ENTRY_KIND).count()
    proof.same("entries of corrections", entries, proof.checked["corrections"])
