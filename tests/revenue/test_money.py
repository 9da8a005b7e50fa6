"""Integers only: parsing, sharing and rounding lose nothing, for any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue import money

amounts = st.integers(min_value=-(10**15), max_value=10**15)


@given(st.lists(st.tuples(amounts, st.integers(0, 10_000)), max_size=24), st.sampled_from(["USD", "JPY", "KWD"]))
def test_carrying_the_rest_pays_the_exact_total_over_any_months(months, currency):
    paid, rest, exact = 0, 0, 0
    for gross, bps in months:
        units = money.share_units(gross, bps)
        exact += units
        minor, rest = money.whole_minor(units + rest, currency)
        paid += minor
        assert 0 <= rest < money.units_per_minor(currency)
    assert paid * money.units_per_minor(currency) + rest == exact


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("12.345678", 12_345_678),
        ("-0.5", -500_000),
        ("0", 0),
        ("-0.00", 0),
        (" 7 ", 7_000_000),
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.00000050001", 1),
    ],
)
def test_plain_decimals_are_read_exactly(text, micros):
    assert money.parse_micros(text) == micros


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "inf", "-Infinity", "1e5", "1.2E+17", "=1+1", "+5", "1,234.5", "10" + "0" * 18, "1" * 12, "٣٫٥", "٣",
     "0x10", "1_000", "--1", "1.2.3", "$5", ".", "1.", "5 USD", "N/A", "\u202e12"],
)  # fmt: skip
def test_anything_else_is_no_figure(text):
    with pytest.raises(money.BadFigureError):
        money.parse_micros(text)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1234, "USD", "12.34"), (-5, "USD", "-0.05"), (1234, "JPY", "1234"), (1234, "KWD", "1.234"), (0, "EUR", "0.00")],
)
def test_plain_amounts_follow_the_currency(minor, currency, text):
    assert money.plain(minor, currency) == text


@given(st.integers(min_value=-(10**16) + 1, max_value=10**16 - 1))
def test_micros_survive_writing_and_reading(micros):
    assert money.parse_micros(money.plain_micros(micros)) == micros
