"""What the bank, the rails and the books do not agree on is listed with its age, and nothing else is."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from revenue import approvals, bank_answers, batches, payouts, reconciling
from revenue.models import Payout
from revenue.states import PayoutState
from tests.factories.bank import camt053, entry, payment
from tests.factories.revenue import PayoutMethodFactory

pytestmark = pytest.mark.django_db


def paid_out(statement, preparer, approver, **method):
    PayoutMethodFactory(creator=statement.creator, **method)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    (payout,) = payouts.pay(statements=[statement], by=approver).payouts
    payout.refresh_from_db()
    return payout


@pytest.fixture
def sent(statement, preparer, approver):
    """A payout that the bank has."""
    payout = paid_out(statement, preparer, approver)
    (file,) = batches.make_files(by=approver)
    batches.mark_sent(batch=file.batch, by=approver)
    payout.refresh_from_db()
    return payout


def found(**options):
    return [(one.text, one.is_late) for one in reconciling.differences(**options)]


def test_nothing_is_different_where_nothing_happened(db):
    assert found() == []
    assert not reconciling.is_covered()


def test_a_payment_is_no_difference_before_the_bank_has_had_its_time(sent):
    assert found() == []
    assert reconciling.under_way() == [{"currency": "USD", "count": 1, "sum": 14000}]
    late = timezone.now().date() + reconciling.SLOWEST
    assert found(today=late) == [("No answer yet: sent.", True)]
    assert reconciling.differences(today=late)[0].days(late) == reconciling.SLOWEST.days


def test_a_doubt_is_late_the_next_day(sent):
    Payout.objects.filter(pk=sent.pk).update(state=PayoutState.UNKNOWN)
    assert found() == []
    assert found(today=timezone.now().date() + timedelta(days=1)) == [("No answer yet: not certain yet.", True)]


def test_what_the_bank_says_and_nobody_wrote_down_is_listed_until_it_is(sent, approver):
    file, _new = bank_answers.keep(content=camt053(entry("140.00", [payment(sent.group)])), name="b", by=approver)
    assert found() == [("The bank: paid. Can be written down.", False)]
    bank_answers.carry_out(file=file, by=approver)
    assert found() == []


def test_paid_by_word_of_mouth_has_to_be_in_a_statement_of_those_days(sent, approver):
    payouts.report_outcome(payout=sent, state="paid", by=approver)
    Payout.objects.filter(pk=sent.pk).update(paid_on=date(2026, 10, 8))
    assert found() == []  # no statement of the bank was read
    other = [entry("1.00", ["<Refs/>"], on=day) for day in (date(2026, 10, 1), date(2026, 10, 20))]
    bank_answers.keep(content=camt053(*other), name="october", by=approver)
    assert found() == [("Paid by our books, but in no bank statement.", True)]
    has_it = entry("140.00", [payment(sent.group)], on=date(2026, 10, 8))
    bank_answers.keep(content=camt053(has_it), name="october again", by=approver)
    assert found() == []


def test_the_rails_are_asked_only_when_one_says_so(statement, preparer, approver, api):
    payout = paid_out(statement, preparer, approver, rail="stripe", stripe_account="acct_1")
    assert found(ask_rails=True) == []
    api.reverse(payout.provider_reference)
    assert found() == []
    assert found(ask_rails=True) == [("The provider says: came back.", True)]
    api.transfers.clear()
    assert found(ask_rails=True) == [("The provider does not know this payment.", True)]
    api.faults = ["drop before"]
    assert found(ask_rails=True) == [("The provider gives no answer.", False)]


def test_the_command_ends_with_one_when_something_is_late(sent, capsys):
    call_command("reconcile")
    assert "0 differences" in capsys.readouterr().out
    Payout.objects.filter(pk=sent.pk).update(changed_at=timezone.now() - timedelta(days=9))
    with pytest.raises(CommandError) as caught:
        call_command("reconcile")
    assert caught.value.returncode == 1
    out = capsys.readouterr().out
    assert str(sent.pk) in out
    assert "9 days" in out
