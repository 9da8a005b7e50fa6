"""A shared channel comes to another owner: nothing is given away until the sharing is ended, and others go on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from revenue import bookkeeping, chart, suspense
from revenue.errors import AgreementError
from revenue.importing import posting
from revenue.models import Accrual, ChannelSharing, SharingPart
from revenue.proof import verify
from revenue.sharing import end_sharing, share_channel
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(db):
    return ProfileFactory(display_name="Mei", slug="mei")


@pytest.fixture
def sharing(channel, mei, preparer):
    return share_channel(channel=channel, others=[(mei, 4000)], start=month("2026-08"), by=preparer)


@pytest.fixture
def taken_over(sharing, channel, mei):
    """Amina takes the channel away, and Mei's claim of it is confirmed."""
    channel.state = "withdrawn"
    channel.save()
    return ChannelFactory(profile=mei, external_id=channel.external_id, confirmed=True)


def owed(creator):
    return -bookkeeping.balance(chart.creator_payable(creator.pk), "USD")


def test_what_it_earns_waits_and_other_channels_go_on(taken_over, imported, mei, profile, preparer):
    other = ChannelFactory(confirmed=True)
    report = imported([(taken_over.external_id, "10.00"), (other.external_id, "20.00")])
    assert any("another owner" in str(finding) for finding in report.look["warnings"])
    assert (owed(mei), owed(profile), owed(other.profile)) == (0, 0, 1400)
    with pytest.raises(AgreementError, match="another owner"):
        suspense.release_channel(channel=taken_over, by=preparer)
    assert verify().problems == []


def test_one_such_channel_does_not_keep_the_sweep_from_others(taken_over, imported, mei, preparer):
    late = ChannelFactory()
    imported([(taken_over.external_id, "10.00"), (late.external_id, "20.00")])
    type(late).objects.filter(pk=late.pk).update(state="confirmed", confirmed_by=preparer, confirmed_at=late.claimed_at)
    assert suspense.sweep() == 1
    assert owed(late.profile) == 1400


def test_once_it_is_ended_each_month_is_whose_it_was(taken_over, sharing, imported, mei, profile, preparer):
    for code in ("2026-08", "2026-09"):
        imported([(taken_over.external_id, "10.00")], code)
    end_sharing(sharing=sharing, end=month("2026-09"), by=preparer)
    assert suspense.release_channel(channel=taken_over, by=preparer) == 2
    assert (owed(profile), owed(mei)) == (420, 280 + 700)
    imported([(taken_over.external_id, "20.00")], "2026-08")
    assert (owed(profile), owed(mei)) == (420 + 840, 280 + 700 + 560)
    assert verify().problems == []
    close_month(month=month("2026-08"), by=preparer)
    assert verify().problems == []


def test_another_owner_shares_it_only_after_the_first_sharing(taken_over, sharing, profile, preparer):
    with pytest.raises(AgreementError, match="End that first"):
        share_channel(channel=taken_over, others=[(profile, 100)], start=month("2026-10"), by=preparer)
    end_sharing(sharing=sharing, end=month("2026-10"), by=preparer)
    share_channel(channel=taken_over, others=[(profile, 100)], start=month("2026-10"), by=preparer)


def test_the_proof_finds_what_was_given_past_a_sharing_and_two_at_once(taken_over, sharing, imported, preparer, mei):
    ChannelSharing.objects.filter(pk=sharing.pk).update(effective_to=month("2026-08"))
    imported([(taken_over.external_id, "10.00")])
    assert verify().problems == []
    for owner in (mei, ProfileFactory()):
        second = ChannelFactory(profile=ProfileFactory(), external_id=taken_over.external_id)
        made = ChannelSharing.objects.create(
            channel=second, part_count=2, effective_from=month("2026-09"), made_by=preparer
        )
        SharingPart.objects.create(sharing=made, place=1, creator=second.profile, bps=6000)
        SharingPart.objects.create(sharing=made, place=2, creator=owner, bps=4000)
    problems = " ".join(map(str, verify().problems))
    assert f"accrual {Accrual.objects.get().pk} is of a shared channel" in problems
    assert "shared twice" in problems


def test_as_many_queries_for_many_waiting_totals_as_for_few(channel, mei, preparer):
    share_channel(channel=channel, others=[(mei, 4000)], start=month("2026-01"), by=preparer)
    counts = []
    for last, months in ((8, 1), (9, 5)):
        type(channel).objects.filter(pk=channel.pk).update(state="claimed")
        rows = [
            {
                "channel_id": channel.external_id,
                "partner_revenue": f"{number + 1}.00",
                "date": f"2026{last - number:02d}15",
            }
            for number in range(months)
        ]
        content = youtube_csv(rows)
        report = posting.keep(file=uploaded(content), source=youtube(), period=period(f"2026-{last:02d}"), by=preparer)
        posting.post_report(report=report, by=preparer)
        type(channel).objects.filter(pk=channel.pk).update(state="confirmed")
        with CaptureQueriesContext(connection) as captured:
            assert suspense.release_channel(channel=channel, by=preparer) == months
        counts.append(sum('FROM "revenue_earningrow"' in query["sql"] for query in captured))
    assert counts == [1, 1]
    assert verify().problems == []
