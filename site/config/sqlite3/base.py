"""Django's SQLite, with a cursor for statements that are asked again and again."""

from collections.abc import Iterable
from functools import lru_cache

from django.db.backends.sqlite3 import base

from config.binding import BindingMixin


class BindingCursor(base.SQLiteCursorWrapper):
    """Remembers how a statement is written for SQLite, where Django writes ``%s`` as ``?`` anew each time."""

    def convert_query(self, query: str, *, param_names: Iterable[str] | None = None) -> str:
        return _converted(query)


@lru_cache(maxsize=64)
def _converted(query: str) -> str:
    return base.SQLiteCursorWrapper.convert_query(None, query)


class DatabaseWrapper(BindingMixin, base.DatabaseWrapper):
    """A connection to SQLite; the name is the one that Django looks for."""

    def create_binding_cursor(self) -> BindingCursor:
        return self.connection.cursor(factory=BindingCursor)
