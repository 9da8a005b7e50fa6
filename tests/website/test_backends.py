"""What our backends add to Django's: a cursor that binds, and a look at a connection in place of a question."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql import base
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_a_cursor_that_binds_is_counted_like_any_other_and_takes_values_for_values():
    with CaptureQueriesContext(connection) as queries, connection.binding_cursor() as cursor:
        for value in ("'; --", "100 %s"):
            cursor.execute("SELECT CAST(%s AS text), '%%'", [value])
            assert cursor.fetchone() == (value, "%")
    assert len(queries) == 2


def test_what_the_database_refuses_is_djangos_error():
    with pytest.raises(IntegrityError), transaction.atomic(), connection.binding_cursor() as cursor:
        cursor.execute("INSERT INTO auth_group (id, name) VALUES (%s, NULL)", [7])


@pytest.mark.once
def test_another_kind_of_database_is_refused_in_words():
    environment = {**os.environ, "DATABASE_URL": "mysql://localhost/hearthlight", "PYTHONPATH": "site:."}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert (done.returncode, "other databases are not supported" in done.stderr) == (1, True)


def on_postgresql(test):
    """Mark ``test`` as one that loses a connection to a server."""
    return pytest.mark.postgresql(pytest.mark.django_db(transaction=True)(test))


@pytest.fixture
def questions(monkeypatch):
    """How often Django's own question was put to the server."""
    asked = []
    usual = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: asked.append(1) or usual(self))
    return asked


def one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()


def ended_by_the_server():
    """End the connection from another one, as a server that is restarted does."""
    own = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [own])


def next_request():
    """Let the connection be looked at before its next query, as Django lets it be at the start of each request."""
    connection.health_check_enabled, connection.health_check_done = True, False


@on_postgresql
def test_a_connection_that_stands_is_not_asked(questions):
    assert one() == (1,)
    next_request()
    assert one() == (1,)
    assert connection.is_usable()
    assert questions == []


@on_postgresql
def test_a_connection_that_the_server_ended_is_opened_anew(questions):
    assert one() == (1,)
    ended_by_the_server()
    next_request()
    assert one() == (1,)
    assert questions == [1]


@on_postgresql
def test_without_the_check_it_would_fail():
    assert one() == (1,)
    ended_by_the_server()
    with pytest.raises(OperationalError):
        one()
    assert not connection.is_usable()
    connection.close()


@on_postgresql
def test_after_a_failed_query_the_server_is_asked(questions):
    assert one() == (1,)
    connection.errors_occurred = True
    assert connection.is_usable()
    assert questions == [1]
