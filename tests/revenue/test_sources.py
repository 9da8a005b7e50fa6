"""Every format we know reads with its ready-made mapping; a mapping is data, in versions, that finance can change."""

import codecs

import pytest
from django.db import IntegrityError, connection, transaction

from revenue.errors import RefusedReportError, UnreadableReportError
from revenue.importing import mapping, posting
from revenue.importing.ready_made import ESTIMATED_COLUMNS, MAPPINGS
from revenue.models import EarningRow, JournalEntry, Mapping, Report, Source
from revenue.sources import ensure_standard_sources, make_source, teach
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import period, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db

STUDIO = (
    "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,"
    "Your estimated revenue (USD),Impressions,Impressions click-through rate (%)\n"
    "Total,,,,12,3.4,1,{total},900,4.1\n"
    " -abcdefghij,A hem,2026-09-01,58,8,2.0,1,1.25,500,4.0\n"
    "exButton001,A button,2026-09-02,64,4,1.4,0,,400,4.2\n"
)
ADSENSE = (
    "日期,估算收入 (USD),网页浏览量,网页 RPM (USD),展示次数,每千次展示收入 (USD),"
    "Active View 可见率,点击次数,点击率,CPC (USD)\n"
    '2026-09-01,"1,234.50",10,0.1,20,0.2,50%,1,5%,0.3\n'
    "2026/09/02,0.50,10,0.1,20,0.2,50%,1,5%,0.3\n"
)
META = (
    "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Permalink,Post type,Date,Views,"
    "Estimated earnings (USD),Approximate content monetization earnings\n"
    "{video},{page},Our page,A film,Text,60,09/01/2026 10:00,https://example.org/1,Reel,{date},10,{amount},{amount}\n"
)
PAGE = "123456789012345"
VIDEO = "1221580000000001"


def meta(amount="2.00", *, date="Lifetime", page=PAGE, video=VIDEO):
    return META.format(amount=amount, date=date, page=page, video=video)


def keep(text, source, by, code="2026-09", **more):
    content = text if isinstance(text, bytes) else text.encode()
    return posting.keep(
        file=uploaded(content), source=Source.objects.get(slug=source), period=period(code), by=by, **more
    )


def estimated_a1():
    row = dict.fromkeys(ESTIMATED_COLUMNS, "0") | {
        "date": "20260901", "channel_id": "UC" + "a" * 22, "video_id": "v1", "country_code": "KE",
        "estimated_partner_revenue": "3.5",
    }  # fmt: skip
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


YOUTUBE = youtube_csv([{"channel_id": "UCa", "date": "20260901", "partner_revenue": "1"}])
UTF_16 = codecs.BOM_UTF16_LE + meta().replace(",", "\t").encode("utf-16-le")
OURS = "平台,频道编号,日期,金额,货币\ndouyin,dy1,2026-09,88.80,CNY\n"
# source, file, account → rows, sum in micros
KNOWN = {
    "YouTube final": ("youtube-ad-revenue", YOUTUBE, "", 1, 1_000_000),
    "YouTube estimated": ("youtube-estimated", estimated_a1(), "", 1, 3_500_000),
    "YouTube Studio": ("youtube-studio", STUDIO.format(total="1.25"), "UC" + "s" * 22, 2, 1_250_000),
    "AdSense in Chinese": ("adsense", ADSENSE, "example.org", 2, 1_235_000_000),
    "Meta with a mark": ("meta", codecs.BOM_UTF8 + meta().encode(), "", 1, 2_000_000),
    "Meta as UTF-16 with tabs": ("meta", UTF_16, "", 1, 2_000_000),
    "our table in Chinese": ("template", OURS, "", 1, 88_800_000),
}


@pytest.mark.parametrize(("source", "text", "account", "rows", "micros"), KNOWN.values(), ids=KNOWN.keys())
def test_a_known_format_reads_with_its_ready_made_mapping(source, text, account, rows, micros, preparer):
    seen = posting.look_at(keep(text, source, preparer, account=account))
    assert (seen.bad_rows, seen.problems) == ([], [])
    assert (seen.row_count, seen.file_micros) == (rows, micros)
    assert not any("not known" in str(warning) for warning in seen.warnings)


def test_ids_with_a_leading_space_are_read_as_the_platform_means_them(preparer):
    report = keep(STUDIO.format(total="1.25"), "youtube-studio", preparer, account="UC" + "s" * 22)
    posting.show_estimate(report=report, by=preparer)
    assert not EarningRow.objects.exists()


def test_studio_needs_to_know_whose_channel_it_is(preparer):
    with pytest.raises(UnreadableReportError, match="whose channel"):
        posting.look_at(keep(STUDIO.format(total="1.25"), "youtube-studio", preparer))


def test_a_damaged_id_of_meta_is_refused(preparer):
    report = keep(meta(page="1.22158E+17"), "meta", preparer)
    assert "damaged by a spreadsheet" in str(posting.look_at(report).bad_rows[0].reason)


def test_another_currency_than_the_sources_is_refused(preparer):
    text = estimated_a1().replace("estimated_partner_revenue", "Estimated earnings (EUR)", 1)
    source = Source.objects.get(slug="youtube-estimated")
    spec = source.mapping.spec | {
        "columns": source.mapping.spec["columns"] | {"amount": ["Estimated earnings ({currency})"]}
    }
    teach(source=source, spec=spec, by=preparer)
    with pytest.raises(UnreadableReportError, match="in EUR, its source in USD"):
        posting.look_at(keep(text, "youtube-estimated", preparer))


@pytest.mark.parametrize(("total", "postable"), [("10.00", True), ("10.01", False)])
def test_a_file_that_fails_its_control_total_is_not_posted(total, postable, preparer):
    content = youtube_csv([{"channel_id": "UCa", "date": "20260901", "partner_revenue": "10.00"}])
    report = keep(content, "youtube-ad-revenue", preparer, control_micros=round(float(total) * 1_000_000))
    if postable:
        posting.post_report(report=report, by=preparer)
        assert JournalEntry.objects.exists()
        return
    with pytest.raises(RefusedReportError, match="control total"):
        posting.post_report(report=report, by=preparer)
    assert not JournalEntry.objects.exists()


def test_a_row_of_the_total_that_does_not_agree_is_said(preparer):
    seen = posting.look_at(keep(STUDIO.format(total="9.99"), "youtube-studio", preparer, account="UCs"))
    assert any(
        "control total" in str(warning) for warning in seen.warnings
    )  # an estimate: said, and shown all the same


def test_an_estimate_is_never_posted(preparer):
    report = keep(estimated_a1(), "youtube-estimated", preparer)
    with pytest.raises(RefusedReportError, match="never posted"):
        posting.post_report(report=report, by=preparer)
    assert not JournalEntry.objects.exists()


def test_a_mapping_in_use_is_never_changed_and_a_change_is_a_version(channel, imported, preparer):
    report = imported([(channel.external_id, "1.00")])
    for change in (
        lambda: Mapping.objects.filter(pk=report.mapping_id).update(name="x"),
        lambda: Report.objects.filter(pk=report.pk).update(mapping=Mapping.objects.get(slug="meta")),
        lambda: Source.objects.filter(pk=report.source_id).update(currency="EUR"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    spec = report.mapping.spec | {"totals": ["all"]}
    first = teach(source=youtube(), spec=spec, by=preparer)
    again = teach(source=youtube(), spec=spec, by=preparer)
    assert again == first
    second = teach(source=youtube(), spec=spec | {"totals": ["everything"]}, by=preparer)
    assert (second.slug, second.version) == (first.slug, first.version + 1)
    report.refresh_from_db()
    assert report.mapping.slug == "youtube-ad-revenue-raw-a1"
    connection.check_constraints()


@pytest.mark.parametrize(
    "change",
    [
        {"columns": {}}, {"columns": {"date": ["Date"]}}, {"dates": ["whenever"]}, {"dates": []},
        {"dates": ["DD/MM/YYYY", "MM/DD/YYYY"]}, {"numbers": "1'234"}, {"sign": 2}, {"control": "perhaps"},
        {"totals": [7]}, {"unused": "Views"},
    ],
    ids=str,
)  # fmt: skip
def test_a_mapping_that_cannot_be_meant_is_refused_with_a_sentence(change, preparer):
    source = youtube()
    with pytest.raises(UnreadableReportError) as caught:
        teach(source=source, spec=source.mapping.spec | change, by=preparer)
    assert str(caught.value).endswith(".")
    assert Source.objects.get(pk=source.pk).mapping == source.mapping


NUMBERS = [
    ("1234.56", "1234.56", 1_234_560_000), ("1,234.56", "1,234.56", 1_234_560_000), ("1,234.56", "12", 12_000_000),
    ("1.234,56", "1.234,56", 1_234_560_000), ("1.234,56", "-0,5", -500_000), ("1.234,56", "1.5", None),
    ("1 234,56", "1\u202f234,56", 1_234_560_000), ("1,234.56", "1,23.4", None), ("1234.56", "1,234.56", None),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "text", "micros"), NUMBERS)
def test_amounts_are_read_as_the_mapping_says_and_never_guessed(numbers, text, micros):
    from revenue.importing.cells import amounts
    from revenue.importing.findings import BadRowError

    read = amounts(mapping.of_json(MAPPINGS["meta"][1] | {"numbers": numbers}))
    if micros is None:
        with pytest.raises(BadRowError):
            read(text)
    else:
        assert read(text) == micros


def test_finance_makes_a_source_of_its_own(preparer):
    source = make_source(
        name="TikTok Kenya", platform="tiktok", account="", currency="USD", figures="final",
        mapping=Mapping.objects.get(slug="hearthlight-table"), by=preparer,
    )  # fmt: skip
    assert source.slug == "tiktok-kenya"
    ensure_standard_sources()
    assert Source.objects.filter(slug="tiktok-kenya").count() == 1


def test_estimates_are_shown_as_estimates_until_the_month_is_final(client, preparer, creator, profile):
    ChannelFactory(profile=profile, external_id="UC" + "a" * 22, confirmed=True)
    posting.show_estimate(report=keep(estimated_a1(), "youtube-estimated", preparer), by=preparer)
    newer = estimated_a1().replace("3.5", "4.5")
    posting.show_estimate(report=keep(newer, "youtube-estimated", preparer), by=preparer)
    client.force_login(creator)
    text = client.get("/earnings/").content.decode()
    assert "Estimated, not final" in text
    assert "$3.15" in text
    assert "$2.45" not in text
    final = youtube_csv([{"channel_id": "UC" + "a" * 22, "date": "20260901", "partner_revenue": "4"}])
    posting.post_report(report=keep(final, "youtube-ad-revenue", preparer), by=preparer)
    assert "Estimated, not final" not in client.get("/earnings/").content.decode()
