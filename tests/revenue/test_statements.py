"""Closing a month rounds once, carries the rest, and adds up to the ledger."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import bookkeeping, chart, money
from revenue.errors import MonthClosedError
from revenue.models import Statement, StatementLine
from revenue.sharing import share_channel
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db


def owed(profile, currency="USD"):
    return -bookkeeping.balance(chart.creator_payable(profile.pk), currency)


def test_a_statement_shows_gross_share_and_what_is_paid(statement, channel):
    line = statement.lines.get()
    assert (line.gross_micros, line.creator_bps, line.amount) == (200_000_000, 7000, 14000)
    assert (statement.opening, statement.earned, statement.payable, statement.carried) == (0, 14000, 14000, 0)
    assert owed(channel.profile) == 14000


def test_the_same_line_parts_of_a_cent_add_up_once(channel, imported, preparer):
    for amount in ("0.014", "0.015", "33.333333"):  # each is cut to whole cents in the books on its own
        imported([(channel.external_id, amount)])
    (made,) = close_month(month=month("2026-09"), by=preparer)
    exact = (14_000 + 15_000 + 33_333_333) * 7000
    assert made.earned == exact // money.units_per_minor("USD")
    assert made.carry_out_units == exact % money.units_per_minor("USD")
    assert sum(line.amount for line in made.lines.all()) == made.balance
    assert owed(channel.profile) == made.balance


def test_a_small_amount_is_carried_to_the_next_statement(channel, imported, preparer):
    imported([(channel.external_id, "5.00")])
    (september,) = close_month(month=month("2026-09"), by=preparer)
    assert (september.payable, september.carried) == (0, 350)
    imported([(channel.external_id, "50.00")], "2026-10")
    (october,) = close_month(month=month("2026-10"), by=preparer)
    assert (october.opening, october.earned, october.payable) == (350, 3500, 3850)
    assert [line.kind for line in october.lines.all()] == ["opening", "earnings"]


def test_a_correction_after_payment_makes_the_balance_negative_and_is_carried(channel, imported, preparer):
    imported([(channel.external_id, "-20.00")], adjustment_type="Spam Adjustment")
    (made,) = close_month(month=month("2026-09"), by=preparer)
    assert (made.payable, made.carried) == (0, -1400)
    assert made.lines.get().kind == "adjustment"


def test_closing_again_makes_nothing(statement, preparer):
    assert not close_month(month=month("2026-09"), by=preparer)
    assert Statement.objects.count() == 1


def test_months_are_closed_in_order(channel, imported, preparer):
    imported([(channel.external_id, "5.00")], "2026-08")
    imported([(channel.external_id, "5.00")], "2026-09")
    with pytest.raises(MonthClosedError):
        close_month(month=month("2026-09"), by=preparer)


def test_a_month_that_is_not_over_cannot_be_closed(preparer):
    with pytest.raises(MonthClosedError):
        close_month(month=month("2099-01"), by=preparer)


@pytest.mark.parametrize("column", ["payable", "carried", "digest", "currency", "opening"])
def test_the_database_refuses_to_change_a_statement(statement, column):
    value = "EUR" if column == "currency" else ("0" * 64 if column == "digest" else 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=statement.pk).update(**{column: value})


def test_the_database_refuses_to_change_a_line(statement):
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementLine.objects.update(amount=1)


amounts = st.integers(min_value=-(10**9), max_value=10**10)


@hypothesis_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    months=st.lists(st.tuples(st.lists(amounts, min_size=1, max_size=3), amounts), min_size=12, max_size=12),
    part=st.integers(min_value=1, max_value=9999),
)
def test_any_twelve_months_pay_exactly_what_was_earned(months, part, channel, imported, preparer):
    """By her alone and on a channel that she shares: what is split, rounded and carried adds up to the last unit."""
    with transaction.atomic():
        duo, other = ChannelFactory(profile=channel.profile, confirmed=True), ProfileFactory()
        share_channel(channel=duo, others=[(other, part)], start=month("2025-01"), by=preparer)
        for number, (alone, together) in enumerate(months, start=1):
            rows = [(channel, micros) for micros in alone] + [(duo, together)]
            code = f"2025-{number:02d}"
            imported([(where.external_id, money.plain_micros(micros)) for where, micros in rows], code)
            close_month(month=month(code), by=preparer)
        exact = sum(sum(alone) + together for alone, together in months) * 7000
        by_month = [person.statements.order_by("period__month") for person in (channel.profile, other)]
        last = [statements.last() for statements in by_month if statements]
        paid = sum(Statement.objects.values_list("payable", flat=True))
        carried = sum(statement.carried for statement in last)
        left = sum(statement.carry_out_units for statement in last)
        assert (paid + carried) * money.units_per_minor("USD") + left == exact
        assert owed(channel.profile) + owed(other) == paid + carried
        transaction.set_rollback(True)
