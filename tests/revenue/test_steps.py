"""Share agreements with steps: marginal by a month's sum, exact, frozen once used, and tried before they are opened."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import bookkeeping, chart, money
from revenue.agreements import open_agreement
from revenue.errors import AgreementError
from revenue.figures import Draft, LineFigures, step_lines
from revenue.models import JournalEntry, ShareAgreement, Statement
from revenue.proof import verify
from revenue.statements import close_month
from revenue.trying import what_if
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import month, youtube

pytestmark = pytest.mark.django_db
DOLLAR = 1_000_000
STEPS = [(100 * DOLLAR, 6000), (150 * DOLLAR, 9000)]


@pytest.fixture
def agreement(profile, administrator):
    return open_agreement(
        creator=profile, creator_bps=8000, start=month("2026-01"), steps=STEPS, step_currency="USD", by=administrator
    )


@pytest.fixture
def closed(channel, imported, preparer):
    def close(*amounts, code="2026-09"):
        for amount in amounts:
            imported([(channel.external_id, amount)], code)
        return close_month(month=month(code), by=preparer)[0]

    return close


def test_each_part_of_the_sum_is_shared_at_its_step(agreement, closed, profile):
    made = closed("120.00", "80.00")
    assert made.earned == 8000 + 3000 + 4500  # 80 % of 100, 60 % of the next 50, 90 % of the last 50
    steps = [(line.gross_micros // DOLLAR, line.creator_bps, line.amount) for line in made.lines.filter(kind="step")]
    assert steps == [(100, -2000, -2000), (50, 3000, 1500)]
    assert sum(line.amount for line in made.lines.all()) == made.balance
    assert -bookkeeping.balance(chart.creator_payable(profile.pk), "USD") == 15500
    assert -bookkeeping.balance(chart.PROGRAMME_INCOME, "USD") == 4500
    assert bookkeeping.balance(chart.ROUNDING, "USD") == 0
    proof = verify()
    assert proof.problems == []
    assert proof.checked["months with steps"] == 1


@pytest.mark.parametrize("amount", ["99.99", "100.00", "-500.00"])
def test_below_the_first_step_there_is_no_line(agreement, closed, amount):
    made = closed(amount)
    assert not made.lines.filter(kind="step").exists()
    assert verify().problems == []


def test_each_month_begins_at_the_first_part(agreement, closed):
    closed("90.00", code="2026-08")
    assert not closed("90.00").lines.filter(kind="step").exists()


def test_steps_of_another_currency_do_not_count(profile, administrator, closed):
    open_agreement(
        creator=profile, creator_bps=8000, start=month("2026-01"), steps=STEPS, step_currency="EUR", by=administrator
    )
    assert closed("500.00").earned == 40000


@pytest.mark.parametrize(
    ("steps", "currency"),
    [
        ([(0, 5000)], "USD"), ([(-5, 5000)], "USD"), ([(100, 5000), (100, 4000)], "USD"),
        ([(200, 5000), (100, 4000)], "USD"), ([(100, 10_001)], "USD"), ([(100, -1)], "USD"), ([(100, 5000)], ""),
        ([(100, 5000)], "XXZ"),
    ],
)  # fmt: skip
def test_steps_that_do_not_rise_are_refused(administrator, steps, currency):
    with pytest.raises(AgreementError):
        open_agreement(
            source=youtube(), creator_bps=7000, start=month("2026-01"), steps=steps, step_currency=currency,
            by=administrator,
        )  # fmt: skip


def test_the_database_keeps_the_steps_that_decided_something(agreement, closed):
    ShareAgreement.objects.filter(pk=agreement.pk).update(steps=[[100 * DOLLAR, 6000], [150 * DOLLAR, 9000]])
    closed("200.00")
    for change in ({"steps": []}, {"steps": [[1, 10_000]]}, {"step_currency": "EUR"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ShareAgreement.objects.filter(pk=agreement.pk).update(**change)


def test_what_steps_gave_is_compared_with_the_month_before(client, creator, agreement, closed):
    closed("90.00", code="2026-08")
    made = closed("200.00")
    client.force_login(creator)
    text = client.get(made.get_absolute_url()).content.decode()
    assert "makes a difference" not in text
    assert "make a difference of" in text
    assert "-$5.00" in text
    assert "20 percentage points lower" in text
    assert "Above <" in text or "Above $" in text


micros = st.integers(min_value=0, max_value=10**12)


@hypothesis_settings(max_examples=200)
@given(
    grosses=st.lists(st.integers(-(10**11), 10**12), min_size=1, max_size=5),
    sums=st.lists(st.integers(1, 10**12), max_size=5, unique=True),
    parts=st.lists(st.integers(0, 10_000), min_size=6, max_size=6),
)
def test_any_steps_add_up_to_the_sum_shared_piece_by_piece(grosses, sums, parts):
    first, *others = parts
    steps = list(zip(sorted(sums), others, strict=False))
    differences = [(above, bps - old) for (above, bps), old in zip(steps, [first, *others], strict=False)]
    lines = [LineFigures("earnings", 0, agreement_id="a", gross_micros=gross, creator_bps=first) for gross in grosses]
    stepped = step_lines(lines, "USD", {"a": ("USD", differences)})
    total, bounds = sum(grosses), [*(above for above, _bps in steps), None]
    wanted = min(total, bounds[0] if bounds[0] is not None else total) * first
    for (above, bps), end in zip(steps, bounds[1:], strict=True):
        wanted += max(0, (total if end is None else min(total, end)) - above) * bps
    assert sum(money.share_units(line.gross_micros, line.creator_bps) for line in [*lines, *stepped]) == wanted
    figures = Draft(0, 0, [*lines, *stepped]).added_up(None, "2026-09", "USD", 1)
    assert figures.earned == money.whole_minor(wanted, "USD")[0]


def test_as_many_queries_to_close_with_steps_for_many_as_for_few(
    imported, preparer, administrator, django_assert_max_num_queries
):
    open_agreement(
        source=youtube(), creator_bps=8000, start=month("2026-01"), steps=STEPS, step_currency="USD", by=administrator
    )
    counts = []
    for size, code in ((3, "2026-07"), (60, "2026-08")):
        channels = [ChannelFactory(confirmed=True) for _number in range(size)]
        imported([(one.external_id, "200.00") for one in channels], code)
        with django_assert_max_num_queries(60) as captured:
            close_month(month=month(code), by=preparer)
        counts.append(len(captured.captured_queries))
    assert counts[1] <= counts[0]
    assert Statement.objects.filter(earned=15500).count() == 63


# -- what if -----------------------------------------------------------------------------------------


def test_another_agreement_can_be_tried_and_books_nothing(closed, profile):
    closed("200.00")
    before = JournalEntry.objects.count()
    trial = what_if(month=month("2026-09"), creator_bps=8000, steps=STEPS, step_currency="USD")
    ((row,), (total,)) = trial.rows, trial.sums
    assert (row.creator, row.gross_micros, row.was, row.would) == (profile, 200 * DOLLAR, 14000, 15500)
    assert (total.difference, trial.count) == (1500, 1)
    assert (JournalEntry.objects.count(), ShareAgreement.objects.count()) == (before, 1)
    assert not what_if(month=month("2026-08"), creator_bps=8000).rows


def test_what_a_narrower_agreement_decided_is_left_out(agreement, closed, profile, imported, preparer):
    other = ChannelFactory(confirmed=True)
    imported([(other.external_id, "100.00")])
    closed("200.00")
    about = {"month": month("2026-09"), "creator_bps": 5000}
    assert [row.creator for row in what_if(**about).rows] == [other.profile]
    assert [row.creator for row in what_if(**about, source=youtube()).rows] == [other.profile]
    (hers,) = what_if(**about, creator=profile).rows
    assert (hers.was, hers.would) == (15500, 10000)
    assert what_if(**about, creator=profile, source=youtube()).count == 1


def test_finance_tries_one_on_the_page(client, approver, closed):
    closed("200.00")
    client.force_login(approver)
    page = reverse("finance_sources:what_if")
    assert "Nothing is booked" in client.get(page).content.decode()
    good = {"percent": "80", "month": "2026-09", "steps": "100: 60, 150: 90", "step_currency": "USD"}
    text = client.get(page, good).content.decode()
    assert "$155.00" in text
    assert "$15.00" in text
    for wrong in ({"steps": "100"}, {"steps": "x: y"}, {"steps": "100: 60.001"}, {"month": "soon"}, {"percent": "200"},
                  {"creator": "nobody"}, {"steps": "200: 60, 100: 90"}, {"step_currency": ""}):  # fmt: skip
        answer = client.get(page, good | wrong)
        assert answer.status_code == 200
        assert "$155.00" not in answer.content.decode()


def test_an_administrator_opens_one_with_steps(client, administrator, channel):
    client.force_login(administrator)
    form = {"share-creator": channel.profile.slug, "share-percent": "80", "share-month": "2026-10",
            "share-steps": "1000: 60, 5000: 52.5", "share-step_currency": "USD"}  # fmt: skip
    client.post(reverse("finance_sources:open_agreement"), form)
    made = ShareAgreement.objects.get(creator=channel.profile)
    assert made.steps == [[1000 * DOLLAR, 6000], [5000 * DOLLAR, 5250]]
    assert "52.5 %" in client.get(reverse("finance_sources:index")).content.decode()
