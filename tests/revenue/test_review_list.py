"""Finance's list of statements asks the database the same for thirty statements as for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revenue.models import StatementFlag
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(client, approver, imported, preparer):
    """Close a month of ``count`` creators, look through all statements, and return what was asked."""

    def look_through(count, code):
        imported([(ChannelFactory(confirmed=True).external_id, "20.00") for _number in range(count)], code)
        close_month(month=month(code), by=preparer)
        client.force_login(approver)
        client.get(reverse("finance_statements:index"))  # fills caches
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("finance_statements:index")).status_code == 200
        return [query["sql"] for query in captured]

    return look_through


def test_as_many_queries_for_thirty_statements_as_for_three(asked):
    assert len(asked(3, "2026-07")) == len(asked(27, "2026-08"))


def test_reasons_to_look_are_found_by_their_statements_alone(asked):
    """An order by month and name would let SQLite read every flag there is."""
    (flags,) = [sql for sql in asked(3, "2026-07") if f'FROM "{StatementFlag._meta.db_table}"' in sql]
    assert "JOIN" not in flags
