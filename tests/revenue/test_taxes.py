"""What is withheld and who has to send a form: rows of finance's, decided when a month is closed, proved ever after."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import approvals, bookkeeping, chart, exporting, payouts, taxes
from revenue.errors import NotReadyError, SamePersonError
from revenue.figures import Draft, LineFigures, Tax
from revenue.models import Statement, TaxRecord, TaxRule
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, month

pytestmark = pytest.mark.django_db
FORM, START = "EXAMPLE form", date(2026, 1, 1)
INSTRUCTIONS = "Print the example form, sign it, and send it to the example office."


@pytest.fixture
def rule(administrator):
    def make(country="KE", form=FORM, effective_from=START):
        return taxes.make_rule(
            country=country, form=form, instructions=INSTRUCTIONS if form else "", source="Example, no law",
            effective_from=effective_from, by=administrator,
        )  # fmt: skip

    return make


@pytest.fixture
def record(profile, preparer):
    def make(rate_bps=1500, form=FORM, country="KE", valid_from=START, valid_until=None, creator=None):
        return taxes.record_tax(
            creator=creator or profile, country=country, form=form, rate_bps=rate_bps, valid_from=valid_from,
            valid_until=valid_until, note="Example rate" if rate_bps else "", by=preparer,
        )  # fmt: skip

    return make


@pytest.fixture
def closed(channel, imported, preparer):
    """Import an amount for a month and close it."""

    def close(amount="200.00", code="2026-09"):
        imported([(channel.external_id, amount)], code)
        return close_month(month=month(code), by=preparer)[0]

    return close


def test_what_holds_on_the_day_decides_though_something_else_was_recorded_later(record, profile):
    def rate_on(day):
        return taxes.TaxBook(day=day, known_at=timezone.now()).decides(profile.pk).rate_bps

    record(3000, valid_from=date(2026, 1, 1))
    record(1000, valid_from=date(2027, 1, 1))
    record(2000, valid_from=date(2026, 6, 1), valid_until=date(2026, 9, 30))
    assert [rate_on(date(2026, month, 15)) for month in (3, 7, 11)] == [3000, 2000, 3000]
    assert rate_on(date(2027, 3, 15)) == 1000
    record(1500, valid_from=date(2026, 1, 1), valid_until=date(2026, 5, 31))  # the first one, put right
    assert [rate_on(date(2026, month, 15)) for month in (3, 7, 11)] == [1500, 2000, 0]


def test_what_is_withheld_is_a_line_and_lies_on_its_account(record, closed, profile):
    kept = record(1500)
    made = closed()
    assert (made.earned, made.withheld, made.payable, made.carried) == (14000, 2100, 11900, 0)
    assert made.tax_record == kept
    line = made.lines.get(kind="withholding")
    assert (line.amount, line.creator_bps) == (-2100, 1500)
    assert sum(line.amount for line in made.lines.all()) == made.payable
    assert -bookkeeping.balance(chart.creator_payable(profile.pk), "USD") == 11900
    assert -bookkeeping.balance(chart.WITHHOLDING, "USD") == 2100
    proof = verify()
    assert proof.problems == []
    assert proof.checked["withholding accounts"] == 1
    assert any("Liabilities:Withholding" in line for line in exporting.beancount())


def test_without_a_record_nothing_is_withheld_and_the_digest_is_as_ever(closed):
    made = closed()
    assert (made.withheld, made.tax_record, made.needs_form, made.payable) == (0, None, None, 14000)
    assert not made.lines.filter(kind="withholding").exists()


def test_what_is_carried_is_withheld_from_when_it_is_paid(record, closed):
    record(1500)
    small = closed("5.00")
    assert (small.withheld, small.carried) == (0, 350)
    large = closed("200.00", "2026-10")
    assert (large.opening, large.withheld, large.payable) == (350, 14350 * 15 // 100, 14350 - 14350 * 15 // 100)
    assert verify().problems == []


def test_without_the_form_nothing_is_paid_and_the_sum_waits(rule, record, closed):
    needed = rule()
    record(0, form="")
    september = closed()
    assert (september.payable, september.carried, september.needs_form) == (0, 14000, needed)
    record(1000)
    october = closed("100.00", "2026-10")
    assert (october.opening, october.withheld, october.payable) == (14000, 2100, 18900)
    assert verify().problems == []


CASES = {
    "another country needs none": ({"country": "DE"}, {"form": ""}, False),
    "all others need one, and nothing is known of her": ({"country": ""}, None, True),
    "her country needs none although all others do": ([{"country": ""}, {"form": ""}], {"form": ""}, False),
    "the form is on file": ({}, {}, False),
    "another form is on file": ({}, {"form": "EXAMPLE other"}, True),
    "it expired in the month": ({}, {"valid_until": date(2026, 9, 30)}, True),
    "it expires later": ({}, {"valid_until": date(2026, 10, 1)}, False),
    "it begins when the month is over": ({}, {"valid_from": date(2026, 10, 1)}, False),
    "the rule begins later": ({"effective_from": date(2026, 10, 2)}, {"form": ""}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_who_has_to_send_a_form(case, rule, record, closed):
    rules, on_file, waits = CASES[case]
    for one in rules if isinstance(rules, list) else [rules]:
        rule(**one)
    if on_file is not None:
        record(0, **on_file)
    made = closed()
    assert bool(made.needs_form) == waits
    assert bool(made.payable) != waits
    assert verify().problems == []


def test_a_record_that_has_not_begun_leaves_the_earlier_one_in_force(record, closed):
    record(1000)
    record(2000, valid_from=date(2027, 1, 1))
    assert closed().withheld == 1400


def test_the_last_recorded_decides_and_closed_months_stay(record, closed):
    record(1000)
    before = closed()
    record(3000)
    assert verify().problems == []
    assert (before.withheld, closed("200.00", "2026-10").withheld) == (1400, 4200)
    assert verify().problems == []


def test_a_form_that_expires_before_the_payment_stops_it(rule, record, closed, profile, preparer, approver):
    rule()
    record(0, valid_until=date(2026, 10, 15))  # the tests' today is later
    PayoutMethodFactory(creator=profile)
    made = closed()
    approvals.send_to_approval(statement=made, by=preparer)
    approvals.approve(statement=made, by=approver)
    run = payouts.pay(statements=[made], by=approver)
    expired = timezone.now().date() > date(2026, 10, 15)
    assert bool(run.left_out) == expired
    record(0)
    if expired:
        assert "tax form" in run.left_out[0][1]
        assert payouts.pay(statements=[made], by=approver).payouts


def test_nobody_records_her_own_and_only_finance_records(profile, creator, approver, preparer):
    details = {"creator": profile, "country": "KE", "form": FORM, "rate_bps": 0, "valid_from": START}
    for person in (creator, approver):
        with pytest.raises(PermissionDenied):
            taxes.record_tax(**details, by=person)
    preparer.give_role("creator")
    profile.user = preparer
    profile.save()
    with pytest.raises(SamePersonError):
        taxes.record_tax(**details, by=preparer)


def test_a_rate_has_a_reason_and_a_rule_a_source(profile, preparer, administrator, rule):
    details = {"creator": profile, "country": "KE", "form": FORM, "valid_from": START, "by": preparer}
    with pytest.raises(NotReadyError):
        taxes.record_tax(**details, rate_bps=1)
    with pytest.raises(NotReadyError):
        taxes.record_tax(**details, rate_bps=0, valid_until=date(2025, 1, 1))
    for wrong in ({"source": " "}, {"instructions": ""}):
        good = {"country": "KE", "form": FORM, "instructions": INSTRUCTIONS, "source": "x", "effective_from": START}
        with pytest.raises(NotReadyError):
            taxes.make_rule(**good | wrong, by=administrator)
    rule()
    with pytest.raises(NotReadyError):
        rule()


def test_the_database_changes_no_record_and_no_rule(rule, record):
    rule()
    record()
    for model in (TaxRule, TaxRecord):
        for act in (lambda m=model: m.objects.update(form="x"), lambda m=model: m.objects.all()._raw_delete("default")):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()


@pytest.mark.parametrize(
    "change", ["withheld = 1, payable = payable - 1", "needs_form_id = 1", "withheld = -1, payable = payable + 1"]
)
def test_the_database_refuses_to_withhold_later(closed, change):
    closed()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE revenue_statement SET {change}")


def test_the_program_comes_without_any_tax_law():
    assert not TaxRule.objects.exists()
    assert not TaxRecord.objects.exists()


amounts = st.integers(min_value=-(10**12), max_value=10**12)


@hypothesis_settings(max_examples=200)
@given(
    grosses=st.lists(amounts, max_size=5), opening=amounts, rate=st.integers(0, 10_000), bps=st.integers(0, 10_000),
    threshold=st.integers(1, 10**6), is_missing=st.booleans(),
)  # fmt: skip
def test_any_statement_adds_up(grosses, opening, rate, bps, threshold, is_missing):
    lines = [LineFigures("earnings", gross * bps // 10**8, gross_micros=gross, creator_bps=bps) for gross in grosses]
    figures = Draft(opening, 0, lines).added_up(
        None, "2026-09", "USD", threshold, Tax(rate, 1, 1 if is_missing else None)
    )
    assert figures.opening + figures.earned == figures.withheld + figures.payable + figures.carried
    assert sum(line.amount for line in figures.lines) == figures.payable + figures.carried
    assert figures.payable >= 0
    assert 0 <= figures.withheld <= (figures.payable + figures.withheld) * rate // 10_000
    assert not (figures.needs_form_id and (figures.payable or figures.withheld))


def test_as_many_queries_to_close_for_many_records_as_for_few(
    imported, preparer, record, django_assert_max_num_queries
):
    counts = []
    for size, code in ((3, "2026-07"), (60, "2026-08")):
        channels = [ChannelFactory(confirmed=True) for _number in range(size)]
        for one in channels:
            record(1000, creator=one.profile)
        imported([(one.external_id, "30.00") for one in channels], code)
        with django_assert_max_num_queries(60) as captured:
            close_month(month=month(code), by=preparer)
        counts.append(len(captured.captured_queries))
    assert counts[1] <= counts[0]
    assert Statement.objects.filter(withheld=210).count() == 63


def test_her_page_says_what_to_send_and_what_is_on_file(client, creator, rule, record, closed, preparer, approver):
    rule()
    record(0, form="")
    made = closed()
    client.force_login(creator)
    text = client.get("/earnings/").content.decode()
    assert FORM in text
    assert INSTRUCTIONS in text
    approvals.send_to_approval(statement=made, by=preparer)
    approvals.approve(statement=made, by=approver)
    assert "without it we may not pay" in client.get(made.get_absolute_url()).content.decode()
    record(1500)
    text = client.get("/earnings/").content.decode()
    assert INSTRUCTIONS not in text
    assert "15 %" in text
    october = closed("100.00", "2026-10")
    text = client.get(october.get_absolute_url()).content.decode()
    assert "Example rate" in text
    assert "$31.50" in text
    assert "31.50" in b"".join(client.get(october.get_absolute_url() + "statement.csv")).decode()


def test_finance_records_on_the_page_and_an_administrator_makes_rules(client, preparer, administrator, profile):
    client.force_login(administrator)
    form = {"country": "KE", "form": FORM, "instructions": INSTRUCTIONS, "source": "x", "effective_from": "2026-01-01"}
    client.post(reverse("finance_taxes:make_rule"), {f"rule-{name}": value for name, value in form.items()})
    assert INSTRUCTIONS in client.get(reverse("finance_taxes:rules")).content.decode()
    client.force_login(preparer)
    form = {"creator": profile.slug, "country": "KE", "form": FORM, "percent": "12.5", "valid_from": "2026-01-01"}
    for extra in ({}, {"note": "Treaty"}, {"creator": "nobody", "note": "x"}, {"percent": "101", "note": "x"}):
        post = {f"record-{name}": value for name, value in {**form, **extra}.items()}
        client.post(reverse("finance_taxes:record"), post)
    assert [kept.rate_bps for kept in TaxRecord.objects.all()] == [1250]
    text = client.get(reverse("finance_taxes:index")).content.decode()
    assert "12.5" in text
