"""A report is posted whole, once, and to whom its channels belong; or nothing of it is."""

import codecs
import json
from pathlib import Path

import pytest

from creators import channels
from revenue import bookkeeping, chart, suspense
from revenue.agreements import open_agreement
from revenue.errors import AlreadyPostedError, RefusedReportError, UnreadableReportError
from revenue.importing import posting, preview
from revenue.models import Accrual, EarningRow, JournalEntry, Period, Report, ShareAgreement, Source
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import YOUTUBE_COLUMNS, month, period, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db


def row(channel, amount="10.00", **columns):
    return {"channel_id": channel, "partner_revenue": amount, "date": "20260915", **columns}


def keep(content, by, source=None, code="2026-09"):
    return posting.keep(file=uploaded(content), source=source or youtube(), period=period(code), by=by)


def look(content, by, **where):
    return posting.look_at(keep(content, by, **where))


def test_a_report_accrues_to_the_creator_and_the_programme(channel, imported):
    report = imported([(channel.external_id, "12.50"), (channel.external_id, "7.50")])
    payable = chart.creator_payable(channel.profile_id)
    assert bookkeeping.balance("receivable:youtube-ad-revenue", "USD") == 2000
    assert bookkeeping.balance(payable, "USD") == -1400
    assert bookkeeping.balance("programme_income", "USD") == -600
    assert report.row_count == EarningRow.objects.count() == 2
    assert report.gross_micros == 20_000_000


def test_parts_of_a_cent_go_to_the_rounding_account_and_nothing_is_lost(channel, imported):
    imported([(channel.external_id, "0.019999")])
    assert bookkeeping.balance("receivable:youtube-ad-revenue", "USD") == 1
    assert bookkeeping.balance(chart.creator_payable(channel.profile_id), "USD") == -1
    assert bookkeeping.balance("rounding", "USD") == 0


def test_less_than_a_cent_makes_no_entry_but_is_not_forgotten(channel, imported):
    report = imported([(channel.external_id, "0.004")])
    assert report.entry is None
    assert Accrual.objects.get().period == report.counted_in


def test_the_same_content_again_posts_nothing(channel, imported, preparer):
    report = imported([(channel.external_id, "12.50")])
    with report.file.open("rb") as stream:
        content = stream.read()
    with pytest.raises(AlreadyPostedError):
        keep(content, preparer)
    assert JournalEntry.objects.count() == 1


def test_the_file_is_kept_as_it_came(channel, imported):
    report = imported([(channel.external_id, "12.50")])
    assert Path(report.file.path).read_bytes() == youtube_csv([row(channel.external_id, "12.50")])


def test_an_unknown_channel_waits_in_suspense_and_is_released_when_confirmed(
    imported, preparer, profile, django_capture_on_commit_callbacks
):
    imported([("UC" + "x" * 22, "10.00")])
    assert bookkeeping.balance("suspense:youtube-ad-revenue", "USD") == -1000
    assert [waiting["channel_external_id"] for waiting in suspense.waiting()] == ["UC" + "x" * 22]
    claimed = ChannelFactory(profile=profile, external_id="UC" + "x" * 22)
    with django_capture_on_commit_callbacks(execute=True):
        channels.confirm(channel=claimed, by=preparer)
    assert bookkeeping.balance("suspense:youtube-ad-revenue", "USD") == 0
    assert bookkeeping.balance(chart.creator_payable(profile.pk), "USD") == -700
    assert not suspense.waiting().exists()


def test_a_lost_signal_is_made_good_by_the_sweep(imported, profile):
    imported([("UC" + "y" * 22, "10.00")])
    ChannelFactory(profile=profile, external_id="UC" + "y" * 22, confirmed=True)
    assert suspense.sweep() == 1
    assert suspense.sweep() == 0
    assert bookkeeping.balance(chart.creator_payable(profile.pk), "USD") == -700


def test_a_file_for_a_closed_month_counts_in_the_next(channel, imported):
    Period.objects.filter(pk=period("2026-08").pk).update(state="locked")
    report = imported([(channel.external_id, "1.00")], "2026-08")
    assert report.counted_in.code == "2026-09"


def test_the_narrowest_agreement_in_force_decides(channel, imported, administrator):
    default = ShareAgreement.objects.get()
    assert default.creator_bps == 7000
    open_agreement(creator_bps=8000, start=month("2026-09"), by=administrator, source=youtube())
    open_agreement(creator_bps=9000, start=month("2026-10"), by=administrator, creator=channel.profile)
    imported([(channel.external_id, "10.00")], "2026-08")
    imported([(channel.external_id, "10.00")], "2026-09")
    imported([(channel.external_id, "10.00")], "2026-10")
    assert list(Accrual.objects.order_by("pk").values_list("agreement__creator_bps", flat=True)) == [7000, 8000, 9000]


def test_a_preview_says_everything_and_stores_nothing(channel, preparer):
    content = youtube_csv(
        [
            row(channel.external_id, "10.00"),
            row("UCunknown", "2.50"),
            row(channel.external_id, "-1", adjustment_type="Spam Adjustment"),
        ],
        columns=[*YOUTUBE_COLUMNS, "mystery"],
    )  # fmt: skip
    content += b"Total,,,,,,,,,,,,,,,,,,,,,,99,\n"
    seen = look(content, preparer)
    assert seen.can_be_posted
    assert [(line.creator_id, line.gross_micros, line.share_micros) for line in seen.creators] == [
        (str(channel.profile_id), 9_000_000, 6_300_000)
    ]
    assert [(line.channel, line.gross_micros) for line in seen.unknown] == [("UCunknown", 2_500_000)]
    assert any("mystery" in str(warning) for warning in seen.warnings)
    assert any("totals left out: 1" in str(warning) for warning in seen.warnings)
    assert Report.objects.get().state == "waiting"
    assert preview.Preview.of_json(json.loads(json.dumps(seen.as_json()))) == seen
    assert not EarningRow.objects.exists()


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.replace(",", "\t").encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.replace("\r\n", "\n").rstrip("\n").encode(),
    ],
)
def test_each_encoding_reads_the_same(encode, preparer):
    text = youtube_csv([row("UCone", "10.00", video_title="今天\u2028做饭")]).decode()
    seen = look(encode(text), preparer)
    assert seen.file_micros == 10_000_000
    assert not seen.bad_rows


def test_our_own_table_names_platform_and_currency_in_each_row(profile, preparer):
    ChannelFactory(profile=profile, platform="douyin", external_id="dy123", confirmed=True)
    content = b"platform,channel_id,date,amount,currency\ndouyin,dy123,2026-09,88.80,CNY\n"
    report = keep(content, preparer, source=Source.objects.get(slug="template"))
    posting.post_report(report=report, by=preparer)
    assert bookkeeping.balance(chart.creator_payable(profile.pk), "CNY") == -6216


def test_two_currencies_in_one_file_are_refused(preparer):
    content = b"platform,channel_id,date,amount,currency\ntiktok,a,2026-09,1,USD\ntiktok,a,2026-09,1,EUR\n"
    seen = look(content, preparer, source=Source.objects.get(slug="template"))
    assert [bad.line for bad in seen.bad_rows] == [3]


def test_a_file_of_another_month_is_refused(channel, preparer):
    content = youtube_csv([row(channel.external_id, date="20260715")])
    seen = look(content, preparer)
    assert not seen.can_be_posted


def test_a_file_that_is_too_large_is_refused(preparer, settings):
    settings.REVENUE_MAX_REPORT_BYTES = 10
    with pytest.raises(UnreadableReportError):
        keep(youtube_csv([row("UCa")]), preparer)


def test_a_kept_file_that_was_altered_is_not_posted(channel, preparer):
    report = keep(youtube_csv([row(channel.external_id)]), preparer)
    Path(report.file.path).write_bytes(youtube_csv([row(channel.external_id, "99999.00")]))
    with pytest.raises(RefusedReportError):
        posting.post_report(report=report, by=preparer)


def test_the_number_of_queries_does_not_grow_with_the_rows(channel, preparer, django_assert_max_num_queries):
    def content(rows):
        return youtube_csv([row(channel.external_id, f"{n}.00") for n in range(rows)])

    counts = []
    for rows in (3, 300):
        report = keep(content(rows), preparer)
        posting.relate(report=report, restates=None, by=preparer)
        with django_assert_max_num_queries(60) as captured:
            posting.post_report(report=report, by=preparer)
        counts.append(len(captured.captured_queries))
    assert counts[1] <= counts[0]
