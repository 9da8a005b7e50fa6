"""Keeps the triggers, the standard sources and the known rules for children in place after every migrate."""

from functools import cache
from pkgutil import iter_modules

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

from revenue import migrations, triggers


def keep_guards(*, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Make the triggers as this release has them, the standard sources and the known rules, once revenue is up to date.

    SQLite drops a table's triggers when a migration rebuilds it; on PostgreSQL one may have been defined otherwise.
    """
    from revenue.child_rules import ensure_known_rules
    from revenue.sources import ensure_standard_sources

    connection = connections[using]
    if not MigrationRecorder(connection).migration_qs.filter(app="revenue", name=_last_migration()).exists():
        return  # the triggers name columns that are not there yet
    triggers.install(connection)
    ensure_standard_sources()
    ensure_known_rules()


@cache
def _last_migration() -> str:
    return max(module.name for module in iter_modules(migrations.__path__))
