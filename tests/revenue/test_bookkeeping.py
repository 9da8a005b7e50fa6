"""Entries balance, are written once, and are never changed: in code and in the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from revenue import bookkeeping, triggers
from revenue.bookkeeping import Line
from revenue.errors import AlreadyPostedError, MonthClosedError, UnbalancedError
from revenue.models import JournalEntry, Period, Posting
from tests.factories.revenue import period

pytestmark = pytest.mark.django_db


def post(reference="one", amount=500, **changes):
    values = {
        "kind": "test", "reference": reference, "period": period("2026-10"), "by": None,
        "lines": [Line("bank:bank_file", "USD", amount), Line("programme_income", "USD", -amount)],
    } | changes  # fmt: skip
    return bookkeeping.post(**values)


def test_an_entry_has_its_postings_and_moves_the_balance():
    entry = post()
    assert entry.lines == entry.postings.count() == 2
    assert bookkeeping.balance("bank:bank_file", "USD") == 500
    assert bookkeeping.balance("programme_income", "USD") == -500


def test_sides_that_differ_are_refused():
    with pytest.raises(UnbalancedError):
        post(lines=[Line("bank:bank_file", "USD", 5), Line("programme_income", "USD", -4)])


def test_each_currency_balances_by_itself():
    with pytest.raises(UnbalancedError):
        post(lines=[Line("bank:bank_file", "USD", 5), Line("programme_income", "EUR", -5)])


def test_nothing_to_move_makes_no_entry():
    assert post(lines=[Line("bank:bank_file", "USD", 5), Line("bank:bank_file", "USD", -5)]) is None


def test_the_same_thing_is_posted_once():
    post()
    with pytest.raises(AlreadyPostedError):
        post()
    assert JournalEntry.objects.count() == 1


def test_entries_are_numbered_without_a_gap_and_chained():
    first, second = post(), post("two")
    assert (first.number, second.number) == (1, 2)
    assert second.chain == bookkeeping.chained(first.chain, second)
    assert first.chain == bookkeeping.chained(bookkeeping.FIRST_LINK, first)


def test_a_closed_month_takes_no_entry(preparer):
    Period.objects.filter(pk=period("2026-10").pk).update(state="locked")
    with pytest.raises(MonthClosedError):
        post()


def test_every_trigger_is_in_place():
    assert triggers.missing(connection) == []


def sql(statement, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revenue_posting SET amount = amount + 1",
        "DELETE FROM revenue_posting",
        "UPDATE revenue_journalentry SET reference = 'another'",
        "DELETE FROM revenue_journalentry",
        "UPDATE revenue_account SET code = 'another'",
    ],
)
def test_the_database_refuses_to_change_the_books(statement):
    post()
    with pytest.raises(IntegrityError):
        sql(statement)
    assert bookkeeping.balance("bank:bank_file", "USD") == 500


def test_the_orm_cannot_change_the_books_either():
    post()
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.update(amount=7)


def test_no_posting_is_added_to_an_entry_later():
    entry = post()
    first = entry.postings.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(entry=entry, line=3, account=first.account, currency="USD", amount=9)


def test_the_database_refuses_an_unbalanced_entry():
    good = post()
    account = good.postings.first().account
    entry = JournalEntry(
        kind="test", reference="crooked", period=period("2026-10"), lines=2, made_at=good.made_at, number=2
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        write(entry, [Posting(entry=entry, line=n, account=account, currency="USD", amount=n) for n in (1, 2)])


def write(entry, postings):
    """Write past the bookkeeper, and end the transaction as far as constraints go."""
    entry.save()
    Posting.objects.bulk_create(postings)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_an_entry_in_a_closed_month():
    good = post()
    Period.objects.filter(pk=good.period_id).update(state="locked")
    with pytest.raises(IntegrityError), transaction.atomic():
        JournalEntry.objects.create(
            kind="test", reference="late", period=good.period, lines=2, made_at=good.made_at, number=2
        )


def test_a_closed_month_is_not_opened_again():
    Period.objects.filter(pk=period("2026-10").pk).update(state="locked")
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.update(state="open")
