"""What a bank sends is read as it is meant, and what cannot be read is refused."""

from datetime import date

import pytest

from revenue.rails import bank_messages
from revenue.rails.bank_messages import UnreadableAnswerError
from tests.factories.bank import camt053, entry, pain002, payment

OURS = "0123456789abcdef" * 2


def read(content):
    return bank_messages.read(content).answers


def test_each_status_of_a_report_says_what_became_of_the_payment():
    found = read(pain002((OURS, "ACSC"), (OURS, "ACSP"), (OURS, "RJCT", "AC04"), (OURS, "PART")))
    assert [answer.state for answer in found] == ["paid", "in_transit", "returned"]
    assert found[2].reason == "AC04 closed"


def test_a_status_of_the_whole_file_comes_before_those_of_its_payments():
    found = read(pain002((OURS, "RJCT", "AC01"), group=("f" * 32, "ACSP")))
    assert [(answer.group, answer.state) for answer in found] == [("f" * 32, "in_transit"), (OURS, "returned")]


def test_a_statement_says_what_was_booked_and_when():
    (found,) = read(camt053(entry("140.00", [payment(OURS)])))
    assert (found.group, found.state, found.amount, found.currency) == (OURS, "paid", 14000, "USD")
    assert found.booked_on == date(2026, 10, 7)


def test_money_that_came_in_again_names_why():
    (found,) = read(camt053(entry("140.00", [payment(OURS, reason="AC06")], way="CRDT")))
    assert (found.state, found.reason) == ("returned", "AC06")


def test_a_sum_is_read_by_the_file_it_was_booked_for():
    (found,) = read(camt053(entry("280.00", extra=f"<Btch><PmtInfId>{OURS}</PmtInfId></Btch>")))
    assert (found.group, found.amount) == (OURS, 28000)


def test_what_is_only_expected_is_no_booking():
    assert read(camt053(entry("140.00", [payment(OURS)])).replace(b"BOOK", b"PDNG")) == []


def test_an_id_is_found_in_the_words_around_it_and_in_capitals():
    line = f"2026-10-07,-140.00,usd,EREF+{OURS.upper()},"
    (found,) = read(f"date,amount,currency,reference,reason\n{line}\n".encode())
    assert (found.group, found.state, found.amount) == (OURS, "paid", 14000)


def test_a_longer_number_is_no_id_of_ours():
    (found,) = read(camt053(entry("140.00", [payment(OURS + "0")])))
    assert found.group == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n ",
        b"<Document>",
        b"<Document/>",
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document><CstmrPmtStsRpt>&x;</CstmrPmtStsRpt></Document>',
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Document>&b;</Document>',
        b"\xff\xfe\x00",
        b"a,b\n1,2\n",
        b"date,amount,currency,reference,reason\n2026-13-01,-1.00,USD,x,\n",
        b"date,amount,currency,reference,reason\n2026-10-01,=1+1,USD,x,\n",
        b"date,amount,currency,reference,reason\n2026-10-01,--1.00,USD,x,\n",
        b"date,amount,currency,reference,reason\n2026-10-01,1.001,USD,x,\n",
        b"date,amount,currency,reference,reason\n2026-10-01,1.00,ZZZ,x,\n",
        b"date,amount,currency,reference,reason\n2026-10-01,NaN,USD,x,\n",
        b'date,amount,currency,reference,reason\n"2026-10-01,1.00,USD,x,\n',
        b"date,amount,currency,reference,reason\n2026-10-01,1.00,USD,x,\0\n",
        camt053(entry("140.00", [payment(OURS)])).replace(b"2026-10-07", b"yesterday"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_as_a_whole(content):
    with pytest.raises(UnreadableAnswerError) as caught:
        read(content)
    assert str(caught.value)


def test_what_was_ordered_is_compared_not_what_the_account_was_charged():
    ordered = '<AmtDtls><InstdAmt><Amt Ccy="EUR">120.00</Amt></InstdAmt></AmtDtls>'
    (found,) = read(camt053(entry("129.40", [payment(OURS, "129.40") + ordered])))
    assert (found.amount, found.currency) == (12000, "EUR")


@pytest.mark.parametrize("amount", ["1e9", "many", "99999999999999", "-1.00"])
def test_an_amount_that_cannot_be_read_is_none_for_most_bookings_are_not_about_us(amount):
    (found,) = read(camt053(entry("140.00", [payment(OURS, amount=amount)])))
    assert (found.group, found.amount) == (OURS, None)


def test_a_date_may_have_a_zone_behind_it():
    (found,) = read(camt053(entry("140.00", [payment(OURS)])).replace(b"2026-10-07", b"2026-10-07+02:00"))
    assert found.booked_on == date(2026, 10, 7)


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(bank_messages, "MOST_BYTES", 10)
    with pytest.raises(UnreadableAnswerError):
        read(pain002((OURS, "ACSC")))
    monkeypatch.setattr(bank_messages, "MOST_BYTES", 10_000)
    monkeypatch.setattr(bank_messages, "MOST_LINES", 2)
    with pytest.raises(UnreadableAnswerError):
        read(pain002(*[(OURS, "ACSC")] * 3))
