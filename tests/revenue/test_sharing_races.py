"""A channel is shared while its money is booked: the month is shared as a whole, or the sharing is refused."""

import pytest

from revenue.importing import posting
from revenue.models import Accrual, ChannelSharing
from revenue.proof import verify
from revenue.sharing import end_sharing, share_channel
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv
from tests.revenue.test_two_importers import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def shared(preparer):
    channel, mei = ChannelFactory(external_id="UCtwo", confirmed=True), ProfileFactory()

    def share():
        return share_channel(channel=channel, others=[(mei, 4000)], start=month("2026-09"), by=preparer)

    return share


@pytest.fixture
def post(preparer):
    rows = [{"channel_id": "UCtwo", "partner_revenue": "10.00", "date": "20260915"}]
    report = posting.keep(file=uploaded(youtube_csv(rows)), source=youtube(), period=period("2026-09"), by=preparer)
    return lambda: posting.post_report(report=report, by=preparer)


@pytest.mark.parametrize("attempt", range(3))
def test_a_file_is_booked_while_its_channel_is_shared(shared, post, attempt):
    said = at_once(shared, post)
    assert Accrual.objects.count() == (2 if said == ["done", "done"] else 1)
    assert ChannelSharing.objects.count() == said.count("done") - 1
    assert verify().problems == []


def test_a_file_is_booked_while_the_sharing_ends(shared, post, preparer):
    sharing = shared()
    said = at_once(post, lambda: end_sharing(sharing=sharing, end=month("2026-09"), by=preparer))
    assert Accrual.objects.count() == (1 if said == ["done", "done"] else 2)
    assert verify().problems == []


def test_two_sharings_of_one_channel_begin_at_the_same_moment(shared):
    assert at_once(shared, shared) == ["AgreementError", "done"]
    assert ChannelSharing.objects.count() == 1
