"""Queries of the pages that are asked most: put into SQL once, and asked with other values each time.

Django makes the SQL of a queryset anew for every request, which takes it longer than the database needs to answer.
"""

import copy
import inspect
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, Value
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Slot(Value):
    """The place of a value that is known only when the query is asked; ``value`` is its name."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return "%s", [self]


class CompiledQuery(Generic[M]):
    """Decorates a function that builds a queryset from its arguments; calling it by keyword returns the rows.

    The function runs once for each kind of database, with a slot for each argument. So it may only hand its arguments
    to ``filter`` and the like; what they are must not change the shape of the query, and nothing is fetched beside it
    (no ``prefetch_related``).
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self.build = build
        self.names = set(inspect.signature(build).parameters)
        self.statements: dict[str, _Statement] = {}

    def __call__(self, **values: Any) -> list[M]:
        """Return the rows for ``values``. Raises TypeError unless there is one for each argument of the function."""
        if values.keys() != self.names:
            raise TypeError(f"Wanted {', '.join(sorted(self.names))}, got {', '.join(sorted(values)) or 'nothing'}.")
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self.statements.get(connection.vendor)
        if statement is None:
            queryset = self.build(**{name: Slot(name) for name in self.names})
            statement = self.statements[connection.vendor] = _Statement.of(queryset, connection)
        adapted = {name: _adapted(value, connection) for name, value in values.items()}
        return list(ModelIterable(_Asked(statement.filled(adapted, connection))))


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return ``value`` as the database takes it."""
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_unknown_value(value)


@dataclass
class _Statement:
    """SQL with its parameters, some of them slots, and the compiler that knows what its columns are."""

    sql: str
    parameters: tuple[Any, ...]
    compiler: SQLCompiler
    converters: dict[int, Any]

    @classmethod
    def of(cls, queryset: QuerySet[Any], connection: BaseDatabaseWrapper) -> "_Statement":
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return cls(
            sql, tuple(parameters), compiler, compiler.get_converters([column for column, *_ in compiler.select])
        )

    def filled(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> SQLCompiler:
        """Return a compiler for this thread that has its work behind it."""
        bound = tuple(values[p.value] if isinstance(p, Slot) else p for p in self.parameters)
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: (self.sql, bound)
        compiler.get_converters = lambda _columns: self.converters
        return compiler


@dataclass
class _Asked:
    """What ``ModelIterable`` wants to know of a queryset."""

    compiler: SQLCompiler
    db: str = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = field(default_factory=dict)

    @property
    def query(self) -> "_Asked":
        return self

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler
