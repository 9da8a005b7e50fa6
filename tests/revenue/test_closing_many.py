"""Closing a month and proving it ask the database as often for three hundred creators as for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from revenue.models import Statement, StatementFlag, StatementLine
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(imported, preparer):
    """Close a month of ``count`` creators; return how many queries closing and proving took."""

    def close(count, code):
        channels = [ChannelFactory(confirmed=True) for _number in range(count)]
        imported([(channel.external_id, f"{number}.005") for number, channel in enumerate(channels, 1)], code)
        with CaptureQueriesContext(
            connection,
        ) as closing:
            assert close_month(month=month(code), by=preparer).count() == count
        with CaptureQueriesContext(connection) as proving:
            assert verify().problems == []
        return len(closing), len(proving)

    return close


def test_as_many_queries_for_three_hundred_creators_as_for_three(closed):
    few_to_close, _few_to_prove = closed(3, "2026-07")
    assert closed(300, "2026-08")[0] <= few_to_close
    assert Statement.objects.count() == 303
    assert StatementLine.objects.count() >= 303
    assert StatementFlag.objects.filter(kind="first_payout", statement__payable__gt=0).exists()


def test_proving_one_more_month_takes_as_many_queries_however_many_creators_it_has(closed):
    first, second, large = closed(3, "2026-07")[1], closed(3, "2026-08")[1], closed(300, "2026-09")[1]
    assert large - second <= second - first
