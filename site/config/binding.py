"""What our two database backends share. See docs/decisions/backends-of-ours.md."""

from django.db.backends.utils import CursorWrapper


class BindingMixin:
    """A database that has a second kind of cursor, for statements written by hand and asked on every page.

    The backend makes it, in ``create_binding_cursor``.
    """

    def binding_cursor(self) -> CursorWrapper:
        """Return a cursor that hands values to the database beside the statement, with nothing done to its text.

        It is opened, guarded and counted like one of ``cursor()``, and costs half of it or less. Not for what the ORM
        makes: there PostgreSQL cannot always tell the types.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(self.create_binding_cursor())
