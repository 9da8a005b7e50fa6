"""Paid exactly once whatever breaks, by two people, and back to what she is owed when it comes back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from revenue import approvals, bookkeeping, chart, payout_methods, payouts
from revenue.errors import (
    HoldInPlaceError,
    NotReadyError,
    PayoutDetailsError,
    RevenueError,
    SamePersonError,
    VoidApprovalError,
)
from revenue.models import Approval, Payout, PayoutMethod, StatementLine
from revenue.proof import verify
from revenue.rails.base import Payee
from revenue.rails.fake import fake_rail
from tests.factories.revenue import PayoutMethodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings):
    settings.REVENUE_PRETEND_RAIL = True
    yield fake_rail
    fake_rail.forget()


@pytest.fixture
def approved(statement, preparer, approver, fake):
    PayoutMethodFactory(creator=statement.creator, rail="fake")
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    statement.refresh_from_db()
    return statement


def owed(statement):
    return -bookkeeping.balance(chart.creator_payable(statement.creator_id), "USD")


def test_the_preparer_cannot_approve_her_own_work(statement, preparer, administrator):
    preparer.give_role("finance approver")
    approvals.send_to_approval(statement=statement, by=preparer)
    with pytest.raises(SamePersonError):
        approvals.approve(statement=statement, by=preparer)


def test_the_database_refuses_an_approval_by_the_preparer(statement, preparer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            statement=statement, prepared_by=preparer, approved_by=preparer, digest="x", approved_at=statement.made_at
        )


def test_the_creator_cannot_approve_her_own_money(statement, preparer):
    approvals.send_to_approval(statement=statement, by=preparer)
    statement.creator.user.give_role("finance approver")
    with pytest.raises(SamePersonError):
        approvals.approve(statement=statement, by=statement.creator.user)


def test_each_step_needs_its_permission(statement, preparer, approver, outsider):
    with pytest.raises(PermissionDenied):
        approvals.send_to_approval(statement=statement, by=approver)
    with pytest.raises(PermissionDenied):
        approvals.hold(statement=statement, reason="other", message="Wait.", by=outsider)
    approvals.send_to_approval(statement=statement, by=preparer)
    with pytest.raises(PermissionDenied):
        approvals.approve(statement=statement, by=preparer)


def test_a_draft_is_not_approved(statement, approver):
    with pytest.raises(NotReadyError):
        approvals.approve(statement=statement, by=approver)


def test_a_hold_says_why_and_stops_payment_until_released(approved, preparer, approver):
    hold = approvals.hold(statement=approved, reason="rights", message="We are asking about one song.", by=preparer)
    with pytest.raises(HoldInPlaceError):
        payouts.claim(statement=approved, by=approver)
    assert not approved.approvals.filter(voided_at=None).exists()
    approvals.release(hold=hold, by=preparer)
    with pytest.raises(NotReadyError):  # it needs an approval again
        payouts.claim(statement=approved, by=approver)


def test_a_hold_needs_a_sentence(approved, preparer):
    with pytest.raises(NotReadyError):
        approvals.hold(statement=approved, reason="other", message="  ", by=preparer)


def test_a_changed_line_voids_the_approval(approved, approver):
    tamper("UPDATE revenue_statementline SET amount = amount + 1")
    run = payouts.pay(statements=[approved], by=approver)
    assert not run.payouts
    approved.refresh_from_db()
    assert approved.state == "in_review"
    with pytest.raises(VoidApprovalError):
        approvals.approve(statement=approved, by=approver)


def tamper(statement):
    from revenue import triggers

    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    triggers.install(connection)
    assert StatementLine.objects.exists()


def test_an_approved_statement_is_paid_once(approved, approver, fake):
    first = payouts.pay(statements=[approved], by=approver)
    second = payouts.pay(statements=[approved], by=approver)
    assert len(first.payouts) == 1
    assert [statement for statement, _reason in second.left_out] == [approved]
    assert [request.amount for request in fake.paid] == [14000]
    assert owed(approved) == 0
    assert bookkeeping.balance("rail_clearing:fake", "USD") == -14000


def test_without_payout_details_nothing_is_claimed(statement, preparer, approver):
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    with pytest.raises(PayoutDetailsError):
        payouts.claim(statement=statement, by=approver)
    assert not Payout.objects.exists()


def test_the_database_refuses_a_second_living_payout(approved, approver):
    payout = payouts.claim(statement=approved, by=approver)
    fields = ("statement", "method", "rail", "amount", "currency", "made_by", "made_at", "changed_at")
    second = Payout(**{field: getattr(payout, field) for field in fields})
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize("fault", ["lost before", "lost after"])
def test_no_answer_is_unknown_and_is_looked_up_before_it_is_tried_again(fault, approved, approver, fake):
    fake.faults = [fault]
    (payout,) = payouts.pay(statements=[approved], by=approver).payouts
    payout.refresh_from_db()
    assert payout.state == "unknown"
    assert payouts.resume() == 1
    payout.refresh_from_db()
    assert payout.state == "sent"
    assert len(fake.paid) == 1


def test_a_crash_between_intent_and_call_is_taken_up(approved, approver, fake):
    payouts.claim(statement=approved, by=approver)  # and here the process died
    assert payouts.resume() == 1
    assert payouts.resume() == 0
    assert len(fake.paid) == 1


def test_a_crash_between_call_and_commit_is_taken_up(approved, approver, fake, monkeypatch):
    payout = payouts.claim(statement=approved, by=approver)

    def die(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(payouts, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            payouts.send(payout)
    payouts.resume()
    payout.refresh_from_db()
    assert payout.state == "sent"
    assert len(fake.paid) == 1


def test_a_refused_payout_is_a_new_entry_and_she_is_told(approved, approver, preparer, fake):
    fake.faults = ["refuse"]
    payouts.pay(statements=[approved], by=approver)
    approved.refresh_from_db()
    assert (approved.state, owed(approved)) == ("held", 14000)
    hold = approved.holds.get()
    assert hold.reason == "returned"
    approvals.release(hold=hold, by=preparer)
    approvals.approve(statement=approved, by=approver)
    payouts.pay(statements=[approved], by=approver)
    assert (len(fake.paid), owed(approved)) == (1, 0)
    assert verify().problems == []


def test_a_returned_payout_goes_back_to_what_the_creator_is_owed(statement, preparer, approver):
    PayoutMethodFactory(creator=statement.creator)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    (payout,) = payouts.pay(statements=[statement], by=approver).payouts
    payout.refresh_from_db()
    assert payout.state == "sending"
    with pytest.raises(NotReadyError):
        payouts.report_outcome(payout=payout, state="returned", by=approver, reason="x")
    payouts.settle(payout=payout, outcome=payouts.Outcome(payouts.PayoutState.SENT, "batch"))
    payouts.report_outcome(payout=payout, state="paid", by=approver)
    payouts.report_outcome(payout=payout, state="returned", by=approver, reason="account closed")
    statement.refresh_from_db()
    assert (statement.state, owed(statement)) == ("held", 14000)
    assert bookkeeping.balance("bank:bank_file", "USD") == 0
    assert verify().problems == []


def test_payout_details_are_checked_masked_and_replaced_not_edited(profile):
    give = {"creator": profile, "rail": "bank_file", "by": profile.user}
    good = Payee("Amina Otieno", "DE", iban="DE89370400440532013000", bic="COBADEFFXXX")
    first = payout_methods.give_details(payee=good, **give)
    second = payout_methods.give_details(payee=good, **give)
    assert str(first) == "•••• 3000"
    assert list(PayoutMethod.objects.current()) == [second]
    with pytest.raises(PayoutDetailsError):
        payout_methods.give_details(payee=Payee("A", "DE", iban="DE00370400440532013000", bic="COBADEFFXXX"), **give)
    with pytest.raises(PayoutDetailsError):
        payout_methods.give_details(payee=Payee("A", "FR", iban="DE89370400440532013000", bic="COBADEFFXXX"), **give)


def test_nobody_else_gives_payout_details(profile, administrator):
    with pytest.raises(PermissionDenied):
        payout_methods.give_details(creator=profile, rail="bank_file", payee=Payee("A", "DE"), by=administrator)


def test_every_error_of_ours_speaks_to_a_person():
    assert all(issubclass(error, RevenueError) for error in (NotReadyError, HoldInPlaceError, SamePersonError))
