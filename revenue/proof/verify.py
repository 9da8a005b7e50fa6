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
from revenue.proof.reports import check_reports, check_suspense
from revenue.proof.sharings import check_sharings
from revenue.proof.statements import check_debts, check_reserves, check_statements, check_steps, check_withholding


def verify() -> Proof:
    """Check everything once, as it is at one moment, and return what was covered and found; nothing is changed."""
    with _one_moment():
        return _verify()


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


def _verify() -> Proof:
    proof = Proof()
    for name in triggers.missing(connection):
        proof.wrong(f"trigger {name} is missing")
    proof.checked["triggers"] = triggers.expected(connection)
    check_entries(proof)
    check_reports(proof)
    check_suspense(proof)
    check_sharings(proof)
    check_corrections(proof)
    check_exchanges(proof)
    check_statements(proof)
    check_steps(proof)
    check_withholding(proof)
    check_reserves(proof)
    check_debts(proof)
    check_payouts(proof)
    return proof
