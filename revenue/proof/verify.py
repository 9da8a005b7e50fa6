"""All checks, in the order in which they rest on each other."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from revenue import triggers
from revenue.proof.corrections import check_corrections
from revenue.proof.entries import check_entries
from revenue.proof.exchanges import check_exchanges
from revenue.proof.findings import Proof
from revenue.proof.payouts import check_payouts
from revenue.proof.reports import check_reports, check_suspense, leave_out_reports
from revenue.proof.sharings import check_sharings
from revenue.proof.statements import check_debts, check_reserves, check_statements, check_steps, check_withholding


def verify(*, recompute: bool = True) -> Proof:
    """Check everything once, as it is at one moment, and return what was covered and found; nothing is changed.

    With ``recompute`` the kept files are read again, and what was made of them, up to every statement, is made again
    and compared. Without, the books are held against themselves, and the proof says what that left out.
    """
    with _one_moment():
        return _verify(recompute)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let every question see the books as they are now, and keep nobody from writing meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # the site's own begins by locking out other writers
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def _verify(recompute: bool) -> Proof:
    proof = Proof()
    for name in triggers.missing(connection):
        proof.wrong(f"trigger {name} is missing")
    proof.checked["triggers"] = triggers.expected(connection)
    check_entries(proof)
    if recompute:
        check_reports(proof)
    else:
        leave_out_reports(proof)
    check_suspense(proof)
    check_sharings(proof, recompute=recompute)
    check_corrections(proof)
    check_exchanges(proof)
    check_statements(proof, recompute=recompute)
    check_steps(proof)
    check_withholding(proof)
    check_reserves(proof)
    check_debts(proof)
    check_payouts(proof)
    return proof
