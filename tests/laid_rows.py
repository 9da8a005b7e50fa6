"""The rows that migrations laid (root pages, permissions, roles), kept to be laid again after each test that commits.

Django empties every table and makes all of it anew through the ORM, which takes seconds on a schema of this size.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

from revenue import triggers

KEPT = "laid_"  # before the name of a table: the copy of its rows


def tables() -> list[str]:
    """The tables of the models."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def keep() -> None:
    """Copy every table that has rows; a copy that an earlier run left in this database is made anew."""
    quote = connection.ops.quote_name
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in tables():
            kept = quote(KEPT + table)
            if KEPT + table in existing:
                cursor.execute(f"DROP TABLE {kept}")
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {quote(table)})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {kept} AS SELECT * FROM {quote(table)}")


def lay_anew() -> None:
    """Empty every table and put back what was kept. The books refuse that, so their triggers step aside."""
    quote = connection.ops.quote_name
    existing = set(connection.introspection.table_names())
    triggers.remove(connection)
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it ends
        for table in tables():
            cursor.execute(f"DELETE FROM {quote(table)}")
            if KEPT + table in existing:
                cursor.execute(f"INSERT INTO {quote(table)} SELECT * FROM {quote(KEPT + table)}")
    triggers.install(connection)


_is_kept = False


def _keep_once(cls: type[TransactionTestCase]) -> None:
    global _is_kept
    if not _is_kept:
        keep()
        _is_kept = True


def lay_anew_after_each_test_that_commits() -> None:
    """Take the place of what Django does around a test that commits."""
    TransactionTestCase._fixture_setup = classmethod(_keep_once)
    TransactionTestCase._fixture_teardown = lambda _self: lay_anew()
