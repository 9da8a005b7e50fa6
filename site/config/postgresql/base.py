"""Django's PostgreSQL, which notices a lost connection without asking, and can let the server bind values."""

import select

from django.db.backends.postgresql import base

from config.binding import BindingMixin


class DatabaseWrapper(BindingMixin, base.DatabaseWrapper):
    """A connection to PostgreSQL; the name is the one that Django looks for."""

    def create_binding_cursor(self) -> base.ServerBindingCursor:
        return base.ServerBindingCursor(self.connection)

    def is_usable(self) -> bool:
        """Say whether the connection still stands; asks the server only when something makes that doubtful.

        A server that stops or ends a connection says so on the socket. While nothing stands there, the connection is as
        good as a question could find it.
        """
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        """Say whether no query has failed since it was opened and the server has sent nothing unasked."""
        if self.errors_occurred or self.connection is None:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
