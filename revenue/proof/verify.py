"""All checks, in the order in which they rest on each other."""

from django.db import connection, transaction

from revenue import triggers
from revenue.proof.entries import check_entries
from revenue.proof.findings import Proof
from revenue.proof.payouts import check_payouts
from revenue.proof.reports import check_reports, check_suspense
from revenue.proof.statements import check_debts, check_statements


@transaction.atomic
def verify() -> Proof:
    """Check everything once and return what was covered and found; nothing is changed."""
    proof = Proof()
    for name in triggers.missing(connection):
        proof.wrong(f"trigger {name} is missing")
    proof.checked["triggers"] = triggers.expected(connection)
    check_entries(proof)
    check_reports(proof)
    check_suspense(proof)
    check_statements(proof)
    check_debts(proof)
    check_payouts(proof)
    return proof
