"""Her twelve months, and why one is more or less than the one before."""

from datetime import date

import pytest

from revenue import history
from revenue.statements import close_month
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(channel, imported, preparer):
    """Import amounts for a month and close it."""

    def make(code, *amounts, **columns):
        for amount in amounts:
            imported([(channel.external_id, amount)], code, **columns)
        return close_month(month=month(code), by=preparer)[0]

    return make


def test_months_begin_with_the_newest_end_with_her_first_and_gaps_stay_gaps(closed, profile):
    closed("2026-05", "100.00")
    closed("2026-07", "50.00")
    (year,) = history.years(profile)
    assert [entry.month for entry in year.months] == [date(2026, 7, 1), date(2026, 6, 1), date(2026, 5, 1)]
    assert [(entry.earned, entry.percent) for entry in year.months] == [(3500, 50), (None, 0), (7000, 100)]


def test_no_more_than_twelve_months_are_shown(closed, profile):
    closed("2025-04", "100.00")
    closed("2026-05", "100.00")
    (year,) = history.years(profile)
    assert [year.months[0].month, year.months[-1].month, len(year.months)] == [date(2026, 5, 1), date(2025, 6, 1), 12]


def test_a_month_below_zero_has_no_bar(closed, profile):
    closed("2026-05", "-10.00")
    (year,) = history.years(profile)
    assert (year.months[0].earned, year.months[0].percent) == (-700, 0)


def test_the_first_statement_is_compared_with_nothing(closed):
    assert history.compare(closed("2026-05", "100.00")) is None


def test_less_from_a_source_is_said_with_the_difference(closed):
    closed("2026-05", "100.00")
    compared = history.compare(closed("2026-07", "60.00"))
    assert (compared.difference, compared.before.period.month) == (-2800, date(2026, 5, 1))
    (change,) = compared.changes
    assert (change.before, change.now, change.difference, change.percents) == (7000, 4200, -2800, None)


def test_a_correction_is_told_apart_from_earnings(closed, imported, channel):
    closed("2026-05", "100.00")
    imported([(channel.external_id, "-20.00")], "2026-06", adjustment_type="Spam Adjustment")
    (change,) = history.compare(closed("2026-06", "100.00")).changes
    assert (change.difference, change.corrections) == (0, -1400)


def test_what_is_as_before_is_not_mentioned(closed):
    closed("2026-05", "100.00")
    compared = history.compare(closed("2026-06", "100.00"))
    assert (compared.difference, compared.changes) == (0, [])


def test_her_page_shows_the_year_and_her_statement_the_reason(client, closed, creator):
    closed("2026-05", "100.00")
    later = closed("2026-06", "60.00")
    client.force_login(creator)
    page = client.get("/earnings/").content.decode()
    assert "Month by month" in page
    assert 'class="bar__part" width="60"' in page
    text = client.get(later.get_absolute_url()).content.decode()
    assert "$28.00</span> less than in May 2026" in text


def test_nothing_is_told_while_amounts_are_hidden(client, closed, creator):
    closed("2026-05", "100.00")
    later = closed("2026-06", "60.00")
    client.force_login(creator)
    client.post("/earnings/amounts/")
    for page in ("/earnings/", later.get_absolute_url()):
        text = client.get(page).content.decode()
        assert "28.00" not in text
        assert "bar__part" not in text
