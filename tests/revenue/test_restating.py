"""A corrected file books only what differs; sums since the beginning book only what they add."""

import pytest

from creators import channels
from revenue import bookkeeping, chart
from revenue.agreements import open_agreement
from revenue.errors import NotReadyError, RefusedReportError
from revenue.importing import posting
from revenue.models import Accrual, ChannelTotal, EarningRow, Period, Report, StatementLine
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv
from tests.revenue.test_sources import PAGE, meta
from tests.revenue.test_sources import keep as keep_text

pytestmark = pytest.mark.django_db


def row(channel, amount, video="v1", **columns):
    return {"channel_id": channel, "partner_revenue": amount, "date": "20260915", "video_id": video, **columns}


def keep(rows, by, code="2026-09"):
    return posting.keep(file=uploaded(youtube_csv(rows)), source=youtube(), period=period(code), by=by)


def post(rows, by, *, restates=None, adds=False):
    report = keep(rows, by)
    if restates or adds:
        posting.relate(report=report, restates=restates, by=by)
    posting.post_report(report=report, by=by)
    report.refresh_from_db()
    return report


def hers(profile):
    return -bookkeeping.balance(chart.creator_payable(profile.pk), "USD")


@pytest.fixture
def first(channel, preparer):
    rows = [row(channel.external_id, "10.00"), row(channel.external_id, "5.00", "v2"), row("UCnobody", "4.00", "v3")]
    return post(rows, preparer)


def test_a_second_file_of_a_month_waits_until_somebody_says_what_it_is(first, channel, preparer):
    report = keep([row(channel.external_id, "1.00")], preparer)
    with pytest.raises(RefusedReportError, match="takes its place"):
        posting.post_report(report=report, by=preparer)
    posting.relate(report=report, restates=None, by=preparer)
    posting.post_report(report=report, by=preparer)
    assert hers(channel.profile) == 1120


def test_a_restated_file_books_only_the_differences_and_names_both(first, channel, preparer):
    rows = [row(channel.external_id, "10.00"), row(channel.external_id, "3.00", "v2"), row("UCnobody", "4.50", "v3"),
            row(channel.external_id, "1.00", "v4")]  # fmt: skip
    report = keep(rows, preparer)
    posting.relate(report=report, restates=first, by=preparer)
    seen = posting.look_at(report)
    assert {(change.channel, change.was_micros, change.now_micros) for change in seen.changes} == {
        (channel.external_id, 15_000_000, 14_000_000), ("UCnobody", 4_000_000, 4_500_000),
    }  # fmt: skip
    assert seen.compared_with == [str(first.pk)]
    posting.post_report(report=report, by=preparer)
    assert hers(channel.profile) == 980
    assert bookkeeping.balance("suspense:youtube-ad-revenue", "USD") == -450
    assert bookkeeping.balance("receivable:youtube-ad-revenue", "USD") == 1850
    amounts = dict(EarningRow.objects.filter(total__report=report).values_list("video_id", "amount_micros"))
    assert amounts == {"v2": -2_000_000, "v3": 500_000, "v4": 1_000_000}
    assert verify().problems == []


def test_a_row_that_is_gone_is_taken_back(first, channel, preparer):
    report = post([row(channel.external_id, "10.00")], preparer, restates=first)
    assert hers(channel.profile) == 700
    assert bookkeeping.balance("suspense:youtube-ad-revenue", "USD") == 0
    assert all(line < 0 for line in EarningRow.objects.filter(total__report=report).values_list("line", flat=True))
    assert verify().problems == []


def test_restating_again_compares_with_all_that_was_booked(first, channel, preparer):
    second = post([row(channel.external_id, "12.00")], preparer, restates=first)
    post([row(channel.external_id, "11.00"), row("UCnobody", "4.00", "v3")], preparer, restates=second)
    assert hers(channel.profile) == 770
    assert bookkeeping.balance("suspense:youtube-ad-revenue", "USD") == -400
    assert verify().problems == []


def test_the_same_figures_in_another_file_book_nothing(first, channel, preparer):
    rows = [row("UCnobody", "4.00", "v3"), row(channel.external_id, "5.00", "v2"), row(channel.external_id, "10.00")]
    report = post(rows, preparer, restates=first)
    assert (report.entry, report.row_count, report.gross_micros) == (None, 0, 0)
    assert hers(channel.profile) == 1050


def test_a_file_is_restated_once(first, channel, preparer):
    post([row(channel.external_id, "12.00")], preparer, restates=first)
    with pytest.raises(NotReadyError):
        posting.relate(report=keep([row(channel.external_id, "13.00")], preparer), restates=first, by=preparer)


def test_a_correction_is_hers_at_the_share_she_had(first, channel, preparer, administrator):
    Period.objects.filter(pk=first.counted_in_id).update(state="locked")
    open_agreement(creator_bps=5000, start=month("2026-09"), by=administrator, creator=channel.profile)
    channels.withdraw(channel=channel, by=channel.profile.user)
    report = post([row(channel.external_id, "20.00"), row(channel.external_id, "5.00", "v2"),
                   row("UCnobody", "4.00", "v3")], preparer, restates=first)  # fmt: skip
    accrual = Accrual.objects.get(total__report=report)
    assert (accrual.creator, accrual.agreement.creator_bps) == (channel.profile, 7000)
    assert report.counted_in.code == "2026-10"


def test_a_correction_is_said_in_plain_words_on_the_statement(client, first, channel, preparer):
    close_month(month=month("2026-09"), by=preparer)
    post([row(channel.external_id, "9.00"), row(channel.external_id, "5.00", "v2"), row("UCnobody", "4.00", "v3")],
         preparer, restates=first)  # fmt: skip
    (statement,) = close_month(month=month("2026-10"), by=preparer)
    line = StatementLine.objects.get(statement=statement, kind="adjustment")
    assert line.adjustment_type == "Restated"
    client.force_login(channel.profile.user)
    assert "the platform sent corrected figures" in client.get(statement.get_absolute_url()).content.decode()


def lifetime(amount, by, code, video="100", **more):
    report = keep_text(meta(amount, video=video, **more), "meta", by, code=code)
    posting.post_report(report=report, by=by)
    return report


def test_sums_since_the_beginning_book_what_they_add(profile, preparer):
    ChannelFactory(profile=profile, platform="facebook", external_id=PAGE, confirmed=True)
    lifetime("10.00", preparer, "2026-09")
    lifetime("16.00", preparer, "2026-10")
    lifetime("15.00", preparer, "2026-11")
    found = ChannelTotal.objects.order_by("pk").values_list("month", "gross_micros")
    assert [(f"{day:%m}", micros) for day, micros in found] == [
        ("09", 10_000_000), ("10", 6_000_000), ("11", -1_000_000),
    ]  # fmt: skip
    assert hers(profile) == 1050
    assert verify().problems == []


def test_a_video_that_such_a_file_leaves_out_keeps_its_money(profile, preparer):
    ChannelFactory(profile=profile, platform="facebook", external_id=PAGE, confirmed=True)
    lifetime("10.00", preparer, "2026-09")
    lifetime("3.00", preparer, "2026-10", video="200")
    assert hers(profile) == 910
    assert verify().problems == []


def test_sums_and_days_do_not_mix_in_one_file(preparer):
    text = meta("1.00", video="1") + meta("1.00", date="2026-09-01", video="2").splitlines()[1] + "\n"
    with pytest.raises(RefusedReportError, match="cannot be in one file"):
        posting.post_report(report=keep_text(text, "meta", preparer), by=preparer)
    assert Report.objects.get().state == "waiting"
