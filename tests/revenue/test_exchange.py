"""What is owed in one currency arrives in another: each sums to zero, and the gain or loss has its own line."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import bookkeeping, chart, exchange, exporting, money, triggers
from revenue.errors import AlreadyPostedError, NotReadyError
from revenue.models import Exchange, ExchangeRate, JournalEntry
from revenue.proof import verify
from revenue.receipts import record_receipt
from tests.factories.revenue import month, youtube

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 14)


@pytest.fixture
def rate(preparer):
    def keep(nanos=900_000_000, day=DAY, base="USD", quote="EUR", source="Made up", by=preparer):
        return exchange.keep_rate(base=base, quote=quote, day=day, rate_nanos=nanos, source=source, by=by)

    return keep


@pytest.fixture
def arrive(preparer):
    def say(owed=10_000, arrived=8_950, day=DAY, reference="B1", currencies=("USD", "EUR"), by=preparer):
        return exchange.record_arrival(
            source=youtube(), owed=owed, owed_currency=currencies[0], arrived=arrived, arrived_currency=currencies[1],
            day=day, reference=reference, by=by,
        )  # fmt: skip

    return say


def balances():
    accounts = [(chart.receivable("youtube-ad-revenue"), "USD"), (chart.bank("bank_file"), "EUR")]
    trading = [(chart.FX_TRADING, "USD"), (chart.FX_TRADING, "EUR"), (chart.FX_GAIN_LOSS, "EUR")]
    return [bookkeeping.balance(*account) for account in (*accounts, *trading)]


@pytest.mark.parametrize(("arrived", "gain"), [(8_950, -50), (9_000, 0), (9_120, 120)])
def test_a_gain_or_a_loss_has_its_own_line_and_each_currency_sums_to_zero(rate, arrive, arrived, gain):
    rate()
    made = arrive(arrived=arrived)
    assert made.gain == gain
    assert balances() == [-10_000, arrived, 10_000, -9_000, -gain]
    for currency in ("USD", "EUR"):
        assert sum(made.entry.postings.filter(currency=currency).values_list("amount", flat=True)) == 0
    proof = verify()
    assert proof.problems == []
    assert proof.checked["exchanges"] == 1
    text = "\n".join(exporting.beancount())
    assert "Equity:Exchange" in text
    assert ("Income:Exchange" in text) == bool(gain)


def test_currencies_without_cents_are_exchanged_too(rate, arrive):
    rate(151_234_567_890, quote="JPY")
    assert arrive(owed=10_000, arrived=15_000, currencies=("USD", "JPY")).gain == 15_000 - 15_123
    rate(6_500_000, base="JPY", quote="USD")
    assert arrive(owed=10_000, arrived=6_600, currencies=("JPY", "USD"), reference="B2").gain == 100
    assert verify().problems == []


def test_the_last_rate_of_the_week_before_counts(rate, arrive):
    old, new = rate(day=DAY - timedelta(days=9)), rate(910_000_000, day=DAY - timedelta(days=2))
    rate(950_000_000, day=DAY + timedelta(days=1))
    assert arrive().rate == new
    with pytest.raises(NotReadyError, match="2026-10-11"):
        arrive(day=date(2026, 10, 11) if old else None, reference="B2", currencies=("EUR", "USD"))


def test_what_cannot_be_booked_says_why(rate, arrive, preparer, approver):
    with pytest.raises(NotReadyError, match="rate of USD in EUR"):
        arrive()
    rate()
    for wrong in (
        {"owed": 0}, {"arrived": -1}, {"reference": " "}, {"currencies": ("USD", "USD")},
        {"day": timezone.now().date() + timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(NotReadyError):
            arrive(**wrong)
    for wrong in (
        {"nanos": 0}, {"quote": "USD"}, {"quote": "XXZ"}, {"source": " "}, {},
        {"day": timezone.now().date() + timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(NotReadyError):
            rate(**wrong)
    for step in (rate, arrive):
        with pytest.raises(PermissionDenied):
            step(by=approver)
    arrive()
    with pytest.raises(AlreadyPostedError):
        arrive()
    with pytest.raises(AlreadyPostedError):
        record_receipt(
            source=youtube(), amount=5, currency="USD", month=month("2026-10"), reference="B1", by=preparer
        )  # fmt: skip
    assert JournalEntry.objects.count() == Exchange.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    ["UPDATE revenue_exchangerate SET rate_nanos = 1", "UPDATE revenue_exchange SET gain = 0", "DELETE FROM {}"],
)
def test_the_database_keeps_rates_and_exchanges_and_the_proof_names_a_change(rate, arrive, change):
    rate()
    arrive()
    statement = change.format("revenue_exchange")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute(statement)
    triggers.install(connection)
    assert verify().problems


@hypothesis_settings(max_examples=300)
@given(
    owed=st.integers(1, 10**14), arrived=st.integers(1, 10**14), nanos=st.integers(1, 10**14),
    base=st.sampled_from(["USD", "JPY", "KWD"]), quote=st.sampled_from(["EUR", "VND", "TND"]),
)  # fmt: skip
def test_any_exchange_sums_to_zero_in_each_currency(owed, arrived, nanos, base, quote):
    rate = ExchangeRate(base=base, quote=quote, rate_nanos=nanos)
    lines = exchange.lines_of("x", rate, owed, arrived)
    for currency in (base, quote):
        assert sum(line.amount for line in lines if line.currency == currency) == 0
    worth = Fraction(owed * nanos, 10**9) * Fraction(10 ** money.minor_digits(quote), 10 ** money.minor_digits(base))
    assert 0 <= worth - money.converted(owed, base, quote, nanos) < 1


def test_finance_writes_rates_and_arrivals_on_their_page(client, preparer):
    client.force_login(preparer)
    form = {"base": "USD", "rate": "0.9", "quote": "EUR", "day": "2026-10-14", "source": "Made up"}
    for wrong in ({"base": "US"}, {"rate": "-1"}, {"rate": "0"}, {"day": ""}, {"source": ""}):
        client.post(reverse("finance_exchange:rate"), {f"rate-{k}": v for k, v in {**form, **wrong}.items()})
    assert not ExchangeRate.objects.exists()
    client.post(reverse("finance_exchange:rate"), {f"rate-{name}": value for name, value in form.items()})
    form = {"source": youtube().pk, "owed": "100.00", "owed_currency": "USD", "arrived": "89.50",
            "arrived_currency": "EUR", "day": "2026-10-15", "reference": "B1"}  # fmt: skip
    for wrong in ({"owed": "1.005"}, {"arrived": ""}, {"arrived_currency": "USD"}, {"reference": ""}):
        client.post(reverse("finance_exchange:arrival"), {f"arrival-{k}": v for k, v in {**form, **wrong}.items()})
    assert not Exchange.objects.exists()
    client.post(reverse("finance_exchange:arrival"), {f"arrival-{name}": value for name, value in form.items()})
    text = client.get(reverse("finance_exchange:index")).content.decode()
    assert "1 USD = 0.9 EUR" in text
    assert "-€0.50" in text
