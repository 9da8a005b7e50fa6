"""Keeps the triggers and the standard sources in place after every migrate."""

from django.db import DEFAULT_DB_ALIAS, connections

from revenue import triggers

_LAST_TABLE = "revenue_paymentfile"


def keep_guards(*, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Put back triggers that a migration dropped with a rebuilt table, and the standard sources."""
    from revenue.sources import ensure_standard_sources

    connection = connections[using]
    if _LAST_TABLE not in connection.introspection.table_names():
        return  # migrated only in part
    if triggers.missing(connection):
        triggers.install(connection)
    ensure_standard_sources()
