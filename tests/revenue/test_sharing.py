"""A channel of several creators: each row is divided, everything adds up, and nobody decides about her own."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import bookkeeping, chart, money, suspense
from revenue.errors import AgreementError, SamePersonError
from revenue.importing import posting
from revenue.models import Accrual, ChannelSharing, ShareAgreement, SharingPart, Statement
from revenue.proof import verify
from revenue.sharing import divide, end_sharing, share_channel
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(db):
    return ProfileFactory(display_name="Mei", slug="mei")


@pytest.fixture
def share(channel, mei, preparer):
    """Say that Mei has a part of Amina's channel."""

    def say(bps=4000, start="2026-09", others=None, by=preparer, note="Their letter of May"):
        return share_channel(
            channel=channel, others=others or [(mei, bps)], start=month(start), by=by, note=note
        )  # fmt: skip

    return say


def owed(creator):
    return -bookkeeping.balance(chart.creator_payable(creator.pk), "USD")


def parts():
    return list(Accrual.objects.order_by("total", "place").values_list("creator__slug", "part_micros"))


def test_each_row_is_divided_and_each_gets_a_statement(share, channel, mei, profile, imported, preparer):
    share(3333)
    imported([(channel.external_id, "100.00"), (channel.external_id, "0.000001"), (channel.external_id, "99.99")])
    made = {one.creator_id: one for one in close_month(month=month("2026-09"), by=preparer)}
    hers, meis = made[profile.pk].lines.get(kind="earnings"), made[mei.pk].lines.get(kind="earnings")
    assert hers.gross_micros + meis.gross_micros == 199_990_001
    assert meis.gross_micros == 33_330_000 + 33_326_667
    assert hers.sharing == meis.sharing == ChannelSharing.objects.get()
    assert (hers.row_count, meis.row_count) == (3, 3)
    assert made[mei.pk].payable == meis.gross_micros * 7000 // 10**8
    assert owed(mei) == made[mei.pk].payable
    proof = verify()
    assert proof.problems == []
    assert (proof.checked["shared channels"], proof.checked["totals of shared channels"]) == (1, 1)


def test_each_has_her_own_agreement(share, channel, mei, profile, imported, administrator):
    from revenue.agreements import open_agreement

    open_agreement(creator=mei, creator_bps=10_000, start=month("2026-01"), by=administrator)
    share(5000)
    imported([(channel.external_id, "100.00")])
    assert (owed(profile), owed(mei)) == (3500, 5000)
    assert verify().problems == []


def test_only_the_months_it_is_in_force_are_shared(share, channel, mei, profile, imported, preparer):
    end_sharing(sharing=share(4000), end=month("2026-10"), by=preparer)
    for code in ("2026-08", "2026-09", "2026-10"):
        imported([(channel.external_id, "10.00")], code)
    assert (owed(profile), owed(mei)) == (700 + 420 + 700, 280)
    assert verify().problems == []


def test_money_that_waited_is_shared_too(share, channel, mei, profile, imported, preparer):
    share(4000)
    channel.state = "claimed"
    channel.save()
    imported([(channel.external_id, "10.00"), (channel.external_id, "0.01")])
    assert (owed(profile), owed(mei)) == (0, 0)
    channel.state = "confirmed"
    channel.save()
    assert suspense.release_channel(channel=channel, by=preparer) == 1
    assert parts() == [(profile.slug, 6_006_000), ("mei", 4_004_000)]
    assert (owed(profile), owed(mei)) == (420, 280)
    assert verify().problems == []


def test_a_corrected_file_takes_back_from_both(share, channel, mei, profile, imported, preparer):
    share(4000)
    first = imported([(channel.external_id, "10.00")])
    content = youtube_csv([{"channel_id": channel.external_id, "partner_revenue": "4.00", "date": "20260915"}])
    report = posting.keep(file=uploaded(content), source=youtube(), period=period("2026-09"), by=preparer)
    posting.relate(report=report, restates=first, by=preparer)
    posting.post_report(report=report, by=preparer)
    assert (owed(profile), owed(mei)) == (168, 112)
    assert [part for _who, part in parts()] == [6_000_000, 4_000_000, -3_600_000, -2_400_000]
    assert verify().problems == []


def test_what_is_in_the_books_is_not_shared_afterwards(share, channel, imported):
    imported([(channel.external_id, "10.00")])
    with pytest.raises(AgreementError, match="2026-09"):
        share(start="2026-09")
    share(start="2026-10")


def test_a_sharing_that_decided_something_ends_later_or_not_at_all(share, channel, imported, preparer):
    sharing = share(start="2026-08")
    imported([(channel.external_id, "10.00")])
    for end in ("2026-07", "2026-08", "2026-09"):
        with pytest.raises(AgreementError):
            end_sharing(sharing=sharing, end=month(end), by=preparer)
    end_sharing(sharing=sharing, end=month("2026-10"), by=preparer)
    with pytest.raises(AgreementError):
        end_sharing(sharing=sharing, end=month("2026-11"), by=preparer)
    share(start="2026-10")


def test_two_of_one_channel_never_overlap_and_one_never_in_force_is_in_no_way(share, preparer):
    wrong = share(start="2026-09")
    with pytest.raises(AgreementError):
        share(start="2026-12")
    end_sharing(sharing=wrong, end=month("2026-09"), by=preparer)
    assert not wrong.was_in_force or not ChannelSharing.objects.get(pk=wrong.pk).was_in_force
    share(start="2026-06")


@pytest.mark.parametrize(
    "others", [[("mei", 10_000)], [("mei", 0)], [("mei", -5)], [("mei", 4000), ("mei", 10)], [("amina", 10)]]
)
def test_parts_that_are_no_parts_of_a_whole_are_refused(share, mei, profile, others):
    people = {"mei": mei, "amina": profile}
    with pytest.raises(AgreementError):
        share(others=[(people[who], bps) for who, bps in others])


def test_nobody_decides_about_a_channel_of_her_own(share, mei, profile, approver, administrator, creator, preparer):
    for person in (creator, approver, administrator):
        with pytest.raises(PermissionDenied):
            share(by=person)
    sharing = share()
    for whose, user in ((mei, mei.user), (profile, creator)):
        whose.user = preparer
        whose.save()
        with pytest.raises(SamePersonError):
            end_sharing(sharing=sharing, end=month("2026-12"), by=preparer)
        whose.user = user
        whose.save()


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_who_shares_what(share, channel, imported):
    ProfileFactory(slug="third")
    share(start="2026-08")
    imported([(channel.external_id, "10.00")])
    for change in (
        "UPDATE revenue_sharingpart SET bps = bps + 1",
        "DELETE FROM revenue_sharingpart",
        "UPDATE revenue_channelsharing SET effective_from = '2026-07-01'",
        "UPDATE revenue_channelsharing SET effective_to = '2026-09-01'",
        "DELETE FROM revenue_channelsharing",
        "UPDATE revenue_accrual SET part_micros = 1",
        """INSERT INTO revenue_sharingpart (sharing_id, place, creator_id, bps)
           SELECT sharing_id, 3, (SELECT id FROM creators_profile p WHERE p.slug = 'third'), 1
           FROM revenue_sharingpart WHERE place = 1""",
        """INSERT INTO revenue_channelsharing (id, channel_id, part_count, effective_from, note, made_by_id, made_at)
           SELECT '00000000000000000000000000000001', channel_id, 2, '2026-12-01', '', made_by_id, made_at
           FROM revenue_channelsharing""",
        """INSERT INTO revenue_accrual (total_id, place, sharing_id, part_micros, creator_id, agreement_id, entry_id,
                                        period_id)
           SELECT total_id, 3, sharing_id, 5, creator_id, agreement_id, entry_id, period_id
           FROM revenue_accrual WHERE place = 1""",
    ):
        with pytest.raises(IntegrityError):
            run(change)


def test_the_database_refuses_parts_that_are_not_all(channel, mei, profile, preparer):
    def make():
        with transaction.atomic():
            made = ChannelSharing.objects.create(
                channel=channel, part_count=2, effective_from=month("2026-09"), made_by=preparer
            )
            SharingPart.objects.create(sharing=made, place=1, creator=profile, bps=6000)
            SharingPart.objects.create(sharing=made, place=2, creator=mei, bps=3000)
            run("SELECT 1")

    with pytest.raises(IntegrityError):
        make()


micros = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(1, 9999), min_size=2, max_size=20)


@hypothesis_settings(max_examples=300)
@given(amounts=st.lists(st.tuples(micros, st.integers(1, 1000)), max_size=20), parts=weights)
def test_any_rows_in_any_parts_add_up(amounts, parts):
    sums = divide(amounts, parts)
    assert sum(sums) == sum(amount * count for amount, count in amounts)
    for amount, _count in amounts:
        row = money.split(amount, parts)
        assert row == [-part for part in money.split(-amount, parts)]
        for part, weight in zip(row, parts, strict=True):
            assert abs(part * sum(parts) - amount * weight) < sum(parts)  # less than a millionth beside her part


def test_splitting_is_by_largest_remainder_and_ties_go_to_the_earlier():
    assert money.split(1000, [70, 30]) == [700, 300]
    assert money.split(1, [5000, 5000]) == [1, 0]
    assert money.split(-1, [5000, 5000]) == [-1, 0]
    assert money.split(10, [3333, 3333, 3334]) == [3, 3, 4]
    for wrong in ([], [0, 0], [-1, 2]):
        with pytest.raises(ValueError, match="divided"):
            money.split(1, wrong)


def test_her_pages_show_her_part_and_the_rule(client, share, channel, mei, imported, preparer, creator):
    share(4000)
    imported([(channel.external_id, "100.00")])
    close_month(month=month("2026-09"), by=preparer)
    meis = Statement.objects.get(creator=mei)
    client.force_login(mei.user)
    page = client.get(meis.get_absolute_url()).content.decode()
    assert "40 % of a shared channel" in page
    assert "Amina" in page
    rows = client.get(f"{meis.get_absolute_url()}lines/1/").content.decode()
    assert "$100.00" in rows
    assert "$40.00" in rows
    assert "40.000000" in b"".join(client.get(f"{meis.get_absolute_url()}rows.csv")).decode()
    assert ",40\r\n" in client.get(f"{meis.get_absolute_url()}statement.csv").content.decode()
    assert "40 %" in client.get("/earnings/").content.decode()
    client.force_login(creator)
    assert client.get(meis.get_absolute_url()).status_code == 404
    assert "60 %" in client.get("/earnings/").content.decode()
    client.force_login(ProfileFactory().user)
    assert "Channels you share" not in client.get("/earnings/").content.decode()


def test_estimates_are_shared_as_well(client, share, channel, mei, preparer):
    from revenue.estimates import estimates_for
    from revenue.models import Source

    share(4000)
    source = Source.objects.create(
        slug="guess",
        name="Guess",
        platform="youtube",
        currency="USD",
        figures="estimated",
        mapping=youtube().mapping,
    )
    content = youtube_csv([{"channel_id": channel.external_id, "partner_revenue": "10.00", "date": "20260915"}])
    report = posting.keep(file=uploaded(content), source=source, period=period("2026-09"), by=preparer)
    posting.show_estimate(report=report, by=preparer)
    assert [one.amount for one in estimates_for(mei)] == [280]
    assert [one.amount for one in estimates_for(channel.profile)] == [420]
    assert estimates_for(ProfileFactory()) == []


def test_finance_shares_a_channel_on_its_page(client, preparer, channel, mei, django_capture_on_commit_callbacks):
    client.force_login(preparer)
    form = {"platform": "youtube", "channel": channel.external_id, "others": "mei: 40", "month": "2026-09"}
    for wrong in (
        {"channel": "UCnobody"}, {"others": "mei"}, {"others": "mei: 40.001"}, {"others": "nobody: 5"}, {"month": "x"},
        {"others": "mei: 100"}, {"others": ""}, {"platform": "x"},
    ):  # fmt: skip
        client.post(reverse("finance_sharings:share"), {f"sharing-{k}": v for k, v in {**form, **wrong}.items()})
        assert not ChannelSharing.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("finance_sharings:share"), {f"sharing-{name}": value for name, value in form.items()})
    made = ChannelSharing.objects.get()
    assert list(made.parts.values_list("bps", flat=True)) == [6000, 4000]
    page = client.get(reverse("finance_sharings:index")).content.decode()
    assert "Mei: 40 %" in page
    client.post(reverse("finance_sharings:end_sharing", args=[made.pk]), {"month": "2026-12"})
    made.refresh_from_db()
    assert made.effective_to == date(2026, 12, 1)


def test_everybody_with_a_part_is_told_hers(share, channel, mei):
    from revenue.telling import tell_sharing

    for profile in (mei, channel.profile):
        email = f"{profile.slug}@example.org"
        EmailAddress.objects.create(user=profile.user, email=email, verified=True)
    tell_sharing(share(4000))
    assert sorted("40 %" in message.body for message in mail.outbox) == [False, True]


def test_as_many_queries_for_many_shared_channels_as_for_few(
    imported, preparer, mei, django_assert_max_num_queries, client
):
    counts = []
    for size, code in ((3, "2026-07"), (40, "2026-08")):
        channels = [ChannelFactory(confirmed=True) for _number in range(size)]
        for one in channels:
            share_channel(channel=one, others=[(mei, 2500)], start=month(code), by=preparer)
        with django_assert_max_num_queries(120) as captured:
            imported([(one.external_id, "30.00") for one in channels], code)
            close_month(month=month(code), by=preparer)
        client.force_login(preparer)
        with django_assert_max_num_queries(60) as page:
            assert client.get(reverse("finance_sharings:index")).status_code == 200
        counts.append((len(captured.captured_queries), len(page.captured_queries)))
    assert counts[1][0] <= counts[0][0]
    assert counts[1][1] <= counts[0][1]
    assert ShareAgreement.objects.exists()
    assert verify().problems == []
