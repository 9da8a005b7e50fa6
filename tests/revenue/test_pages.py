"""What the creator sees, what nobody else sees, and how few queries it takes."""

import csv
import io

import pytest
from django.utils import translation

from revenue import approvals, earnings, payouts, showing
from revenue.models import Statement
from revenue.statements import close_month
from tests.factories.revenue import PayoutMethodFactory, month

pytestmark = pytest.mark.django_db
EARNINGS, DETAILS = "/earnings/", "/earnings/payout/"


@pytest.fixture
def pages(statement):
    page = statement.get_absolute_url()
    return [page, f"{page}rows.csv", f"{page}lines/1/"]


@pytest.fixture
def hers(client, creator, statement):
    client.force_login(creator)
    return client


def test_anonymous_people_are_sent_to_sign_in(client, pages):
    for page in [EARNINGS, DETAILS, *pages]:
        assert client.get(page).status_code == 302


@pytest.mark.parametrize("who", ["outsider", "learner", "instructor"])
def test_nobody_else_finds_her_statement(client, pages, who, request):
    client.force_login(request.getfixturevalue(who))
    for page in [DETAILS, *pages]:
        assert client.get(page).status_code == 404
    assert "Amina" not in client.get(EARNINGS).content.decode()


def test_another_creator_does_not_find_it_either(client, pages, channel):
    from tests.factories.creators import ProfileFactory

    client.force_login(ProfileFactory().user)
    for page in pages:
        assert client.get(page).status_code == 404


def test_she_sees_what_is_owed_and_why_it_is_not_paid(hers, statement):
    text = hers.get(EARNINGS).content.decode()
    assert "$140.00" in text
    assert "We are putting this statement together." in text


def test_a_hold_is_told_in_the_words_finance_wrote(hers, statement, preparer):
    approvals.hold(statement=statement, reason="rights", message="We are asking about one song.", by=preparer)
    assert "We are asking about one song." in hers.get(EARNINGS).content.decode()


def test_the_statement_opens_down_to_the_platforms_rows(hers, pages, channel):
    text = hers.get(pages[0]).content.decode()
    assert "$200.00" in text
    assert "70 %" in text
    assert "Video 0" in text
    rows = hers.get(pages[2]).content.decode()
    assert "report.csv" in rows


def test_amounts_are_dots_on_a_shared_phone_until_she_shows_them(hers, creator, pages):
    creator.shared_phone = True
    creator.save()
    for page in (EARNINGS, pages[0], pages[2]):
        assert "140.00" not in hers.get(page).content.decode()
    hers.post("/earnings/amounts/")
    assert "$140.00" in hers.get(EARNINGS).content.decode()


def test_the_table_is_harmless_in_a_spreadsheet(hers, channel, imported, preparer):
    imported([(channel.external_id, "1.00")], "2026-10", video_title='=HYPERLINK("http://x")', video_id="-abc")
    (october,) = close_month(month=month("2026-10"), by=preparer)
    answer = hers.get(f"{october.get_absolute_url()}rows.csv")
    (row,) = csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
    assert row["video_title"].startswith("'=")
    assert row["video_id"] == "'-abc"
    assert (row["amount"], row["share_exact"]) == ("1.000000", "0.7000000000")


def test_each_state_has_a_sentence(hers, statement, preparer, approver, settings):
    def says(text):
        assert text in hers.get(EARNINGS).content.decode()

    approvals.send_to_approval(statement=statement, by=preparer)
    says("A second person is checking")
    approvals.approve(statement=statement, by=approver)
    says("Tell us where to send the money")
    PayoutMethodFactory(creator=statement.creator)
    says("goes out with our next payments")
    (payout,) = payouts.pay(statements=[statement], by=approver).payouts
    says("We are sending it to •••• 3000")
    payouts.settle(payout=payout, outcome=payouts.Outcome(payouts.PayoutState.SENT, "x"))
    says("It is on its way to •••• 3000")
    payouts.report_outcome(payout=payout, state="paid", by=approver)
    says("to •••• 3000.")


def test_little_money_says_from_how_much_it_is_paid(hers, channel, imported, preparer, approver):
    imported([(channel.external_id, "1.00")], "2026-10")
    Statement.objects.filter(period__month=month("2026-09")).update(state="draft")
    (october,) = close_month(month=month("2026-10"), by=preparer)
    approvals.send_to_approval(statement=october, by=preparer)
    approvals.approve(statement=october, by=approver)
    assert "We pay from $10.00 on." in hers.get(EARNINGS).content.decode()


@pytest.mark.parametrize("rows", [3, 300])
def test_the_pages_take_few_queries_however_many_rows(
    rows, client, creator, channel, imported, preparer, django_assert_max_num_queries
):
    imported([(channel.external_id, f"{n}.01") for n in range(1, rows + 1)])
    (made,) = close_month(month=month("2026-09"), by=preparer)
    client.force_login(creator)
    for page in (EARNINGS, made.get_absolute_url(), f"{made.get_absolute_url()}lines/1/"):
        with django_assert_max_num_queries(14):
            assert client.get(page).status_code == 200


def test_as_many_queries_for_many_statements_as_for_few(
    client, creator, channel, imported, preparer, django_assert_max_num_queries
):
    client.force_login(creator)
    counts = []
    for number in range(1, 11):
        imported([(channel.external_id, "20.00")], f"2025-{number:02d}")
        close_month(month=month(f"2025-{number:02d}"), by=preparer)
        if number in {2, 10}:
            with django_assert_max_num_queries(14) as captured:
                client.get(EARNINGS)
            counts.append(len(captured.captured_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("language", "minor", "currency", "text"),
    [
        ("en", 123456, "USD", "$1,234.56"),
        ("zh-hans", 123456, "CNY", "¥1,234.56"),
        ("en", 500, "JPY", "¥500"),
        ("en", -5, "EUR", "-€0.05"),
    ],
)
def test_money_is_written_as_the_reader_knows_it(language, minor, currency, text):
    with translation.override(language):
        assert showing.money(minor, currency) == text


def test_exact_money_keeps_every_decimal():
    assert showing.exact_money(12_345_678, "USD") == "$12.345678"
    assert showing.exact_money(12_000_000, "USD") == "$12.00"
    assert showing.exact_money(-1, "USD") == "-$0.000001"
    assert showing.exact_money(0, "USD") == "$0.00"


def test_owed_is_what_the_ledger_says(profile, statement):
    (owed,) = earnings.owed_to(profile)
    assert (owed.total, owed.since_last) == (14000, 0)
