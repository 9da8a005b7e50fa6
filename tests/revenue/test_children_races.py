"""A child is declared while its month is closed: the statement has it, or the declaration is for the next month."""

import pytest

from revenue import children
from revenue.importing import posting
from revenue.models import Appearance, Child, Statement
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv
from tests.revenue.test_two_importers import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def declare(preparer):
    channel = ChannelFactory(external_id="UCtwo", confirmed=True)
    rows = [{"channel_id": "UCtwo", "partner_revenue": "100.00", "date": "20260915", "video_id": "v1"}]
    report = posting.keep(file=uploaded(youtube_csv(rows)), source=youtube(), period=period("2026-09"), by=preparer)
    posting.post_report(report=report, by=preparer)
    user = channel.profile.user

    def say():
        return children.declare(
            creator=channel.profile, alias="Bean", platform="youtube", video_id="v1", seconds=60, length=100,
            region="US-IL", by=user,
        )  # fmt: skip

    return say


@pytest.mark.parametrize("attempt", range(3))
def test_a_child_is_declared_while_the_month_is_closed(declare, preparer, attempt):
    assert at_once(declare, lambda: close_month(month=month("2026-09"), by=preparer)) == ["done", "done"]
    assert Statement.objects.get().reserved in {0, 2100}
    assert verify().problems == []


def test_the_same_declaration_twice_is_one(declare):
    assert at_once(declare, declare, declare) == ["done"] * 3
    assert (Child.objects.count(), Appearance.objects.count()) == (1, 1)
