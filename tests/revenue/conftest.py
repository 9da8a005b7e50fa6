"""A creator with a confirmed channel, and a month of her earnings."""

import pytest

from revenue.importing import posting
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv


@pytest.fixture
def profile(creator):
    return ProfileFactory(user=creator, display_name="Amina")


@pytest.fixture
def channel(profile):
    return ChannelFactory(profile=profile, confirmed=True)


@pytest.fixture
def imported(preparer):
    """Post YouTube rows for a month: ``imported([("UC…", "12.50")], "2026-09")``."""

    def post(amounts, code="2026-09", **columns):
        rows = [
            {"channel_id": channel_id, "partner_revenue": amount, "date": f"{code.replace('-', '')}15", **columns}
            for channel_id, amount in amounts
        ]
        report = posting.keep(file=uploaded(youtube_csv(rows)), source=youtube(), period=period(code), by=preparer)
        posting.post_report(report=report, by=preparer)
        report.refresh_from_db()
        return report

    return post


@pytest.fixture
def statement(channel, imported, preparer):
    """A draft of 70 % of 200 dollars for September."""
    imported([(channel.external_id, "200.00")])
    (made,) = close_month(month=month("2026-09"), by=preparer)
    return made
