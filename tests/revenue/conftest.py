"""A creator with a confirmed channel, and a month of her earnings."""

import time

import pytest
import stripe

from revenue import children
from revenue.importing import posting
from revenue.rails import stripe as stripe_rail
from revenue.statements import close_month
from tests.factories.accounts import UserFactory
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv
from tests.factories.stripe_api import FakeStripe


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
        posting.relate(report=report, restates=None, by=preparer)  # however often a test imports a month
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


@pytest.fixture
def second_approver(db):
    return UserFactory(role="finance approver")


@pytest.fixture
def api(settings, monkeypatch):
    """A Stripe of the tests, set up here."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", "whsec_x"
    fake = FakeStripe()
    monkeypatch.setattr(
        stripe_rail, "stripe_client",
        lambda: stripe.StripeClient("sk_test_x", http_client=fake, max_network_retries=0),
    )  # fmt: skip
    monkeypatch.setattr("revenue.webhooks.stripe_client", stripe_rail.stripe_client)
    return fake


@pytest.fixture
def earned(channel, imported):
    """Earn with video v1 (and others, if named): 100 dollars each, of which 70 are hers."""

    def earn(code="2026-09", amount="100.00", videos=("v1",)):
        for video in videos:
            imported([(channel.external_id, amount)], code, video_id=video, video_title=f"Title of {video}")

    return earn


@pytest.fixture
def declare(profile):
    """Say that a child is in a video of hers, made in Illinois."""

    def say(alias="Bean", seconds=60, length=100, video="v1", region="US-IL", by=None, creator=None):
        creator = creator or profile
        return children.declare(
            creator=creator, alias=alias, platform="youtube", video_id=video, seconds=seconds, length=length,
            region=region, by=by or creator.user,
        )  # fmt: skip

    return say


@pytest.fixture
def close(preparer):
    """Close a month and return its first statement."""
    return lambda code="2026-09": close_month(month=month(code), by=preparer).first()


@pytest.fixture
def proved(client, creator):
    """Prove, as the creator who is signed in, that it is she; called again after signing in anew."""

    def prove():
        client.force_login(creator)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(creator.pk)
        session.save()

    return prove
