"""Sessions in the database that bring their person and her roles along: one query where Django asks three.

It is asked on every page of everybody who is signed in, so it is written out once instead of being worked out anew
each time, which costs more than the query itself.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import Group
from django.contrib.sessions.backends import db
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Session, User

PERSON = User._meta.concrete_fields
NAMES = [field.attname for field in PERSON]
AS_JSON = {"sqlite": "json_group_array(g.name)", "postgresql": "json_agg(g.name)::text"}


@cache
def _statement(vendor: str) -> str:
    """Return the query; every part of it is a name of ours, and values are parameters."""
    membership = User.groups.through._meta.db_table
    roles = (
        f"SELECT {AS_JSON[vendor]} FROM {Group._meta.db_table} g JOIN {membership} m ON m.group_id = g.id"  # noqa: S608
        " WHERE m.user_id = s.user_id"
    )
    return (
        f"SELECT s.session_data, ({roles}), {', '.join(f'u.{field.column}' for field in PERSON)}"  # noqa: S608
        f" FROM {Session._meta.db_table} s LEFT JOIN {User._meta.db_table} u ON u.{User._meta.pk.column} = s.user_id"
        " WHERE s.session_key = %s AND s.expire_date > %s"
    )


@cache
def _converters(_vendor: str) -> list[tuple[int, Any, list[Callable[..., Any]]]]:
    """Return (place, column, what makes a Python value of it) for the columns that this database hands over raw."""
    connection = connections[DEFAULT_DB_ALIAS]
    columns = [(place, field.get_col(User._meta.db_table)) for place, field in enumerate(PERSON)]
    found = [
        (place, column, [*connection.ops.get_db_converters(column), *column.field.get_db_converters(connection)])
        for place, column in columns
    ]
    return [entry for entry in found if entry[2]]


class SessionStore(db.SessionStore):
    """Django's own store, over the table that has a column for the person."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """Return what the session holds, and remember its person."""
        connection = connections[DEFAULT_DB_ALIAS]  # looked up once: Django's ``connection`` does it for each attribute
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.binding_cursor() as cursor:
            cursor.execute(_statement(connection.vendor), [self.session_key, now])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data, roles, *values = row
        for place, column, converters in _converters(connection.vendor):
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        self.person = User.from_db(connection.alias, NAMES, values) if values[0] is not None else None
        if self.person:
            self.person.roles = frozenset(json.loads(roles or "[]"))
        return self.decode(data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row


def person_of(request: HttpRequest) -> Any:
    """Return who is signed in. Whatever is not plainly right about the session is left for Django to judge."""
    session = request.session
    known = session.get(SESSION_KEY)  # fetches the session
    person = session.person
    if (
        person is not None
        and str(person.pk) == known
        and person.is_active
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    ):
        return person
    return get_user(request)
