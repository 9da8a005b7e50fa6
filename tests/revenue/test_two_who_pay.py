"""Two approvers, and two payout runs, at the same moment: one wins, and nobody is paid twice."""

import pytest

from revenue import approvals, batches, payouts
from revenue.models import Approval, JournalEntry, PaymentBatch, PaymentFile, Payout, Statement
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, month
from tests.revenue.test_two_importers import at_once

CREATORS = 6
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def in_review(statement, preparer):
    approvals.send_to_approval(statement=statement, by=preparer)
    return statement


@pytest.fixture
def large(settings):
    """What is sent to approval from now on needs two people."""
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 1}


def approving(statement, *people):
    return [lambda by=by: approvals.approve(statement=statement, by=by) for by in people]


@pytest.mark.parametrize("attempt", range(3))
def test_two_approvers_approve_a_statement_once(in_review, approver, second_approver, attempt):
    assert at_once(*approving(in_review, approver, second_approver)) == ["NotReadyError", "done"]
    in_review.refresh_from_db()
    assert (in_review.state, Approval.objects.count()) == ("approved", 1)


def test_of_a_large_statement_each_of_the_two_approves_once(large, in_review, approver, second_approver):
    assert at_once(*approving(in_review, approver, approver)) == ["SamePersonError", "done"]
    in_review.refresh_from_db()
    assert in_review.state == "in_review"
    assert at_once(*approving(in_review, second_approver, second_approver)) == ["NotReadyError", "done"]
    in_review.refresh_from_db()
    assert in_review.state == "approved"
    assert {approval.approved_by for approval in Approval.objects.all()} == {approver, second_approver}


def test_it_is_approved_or_held_and_what_is_held_is_not_approved(in_review, preparer, approver):
    said = at_once(
        *approving(in_review, approver),
        lambda: approvals.hold(statement=in_review, reason="details", message="Wait.", by=preparer),
    )
    in_review.refresh_from_db()
    assert in_review.state == "held"  # whoever was first: a hold voids an approval
    assert said in (["done", "done"], ["HoldInPlaceError", "done"])
    assert not Approval.objects.filter(voided_at=None).exists()


@pytest.fixture
def approved(imported, preparer, approver):
    """Statements of several creators, ready to be paid through the bank."""
    channels = [ChannelFactory(confirmed=True) for _ in range(CREATORS)]
    imported([(channel.external_id, "100.00") for channel in channels])
    for channel in channels:
        PayoutMethodFactory(creator=channel.profile)
    for statement in close_month(month=month("2026-09"), by=preparer):
        approvals.send_to_approval(statement=statement, by=preparer)
        approvals.approve(statement=statement, by=approver)
    return list(payouts.ready())


@pytest.mark.parametrize("attempt", range(3))
def test_two_runs_pay_each_statement_once(approved, approver, second_approver, attempt):
    runs = []

    def run(statements, by):
        runs.append(payouts.pay(statements=statements, by=by))

    there_and_back = [(approved, approver), (approved[::-1], second_approver)]
    assert at_once(*[lambda given=given: run(*given) for given in there_and_back]) == ["done", "done"]
    assert sum(len(run.payouts) for run in runs) == sum(len(run.left_out) for run in runs) == CREATORS
    assert {payout.statement_id for payout in Payout.objects.all()} == {statement.pk for statement in approved}
    assert Payout.objects.count() == JournalEntry.objects.filter(kind=payouts.CLAIM_KIND).count() == CREATORS
    assert set(Statement.objects.values_list("state", flat=True)) == {"locked"}
    assert verify().problems == []


def test_two_who_write_the_banks_file_write_each_payment_once(approved, approver, second_approver):
    payouts.pay(statements=approved, by=approver)
    at_once(*[lambda by=by: batches.make_files(by=by) for by in (approver, second_approver)])
    batch = PaymentBatch.objects.get()
    assert (PaymentFile.objects.count(), batch.payouts.count()) == (1, CREATORS)
    batches.mark_sent(batch=batch, by=approver)
    at_once(*[lambda by=by: batches.mark_paid(batch=batch, by=by) for by in (approver, second_approver)])
    assert set(Payout.objects.values_list("state", flat=True)) == {"paid"}
    assert JournalEntry.objects.filter(kind=payouts.PAID_KIND).count() == CREATORS
    assert verify().problems == []
