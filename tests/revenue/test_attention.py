"""What draws finance's attention to a statement, and the second person that a large one needs."""

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revenue import approvals, attention, payouts
from revenue.errors import SamePersonError, VoidApprovalError
from revenue.models import Approval, Statement, StatementFlag
from revenue.models.attention import FlagKind
from revenue.payout_methods import give_details, payee_of
from revenue.proof import verify
from revenue.rails.base import Payee
from revenue.statements import close_month
from revenue.states import PayoutState, StatementState
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, month

pytestmark = pytest.mark.django_db
IBAN = {"country": "DE", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}


def flags(statement):
    return {flag.kind for flag in statement.flags.all()}


@pytest.fixture
def closed(channel, imported, preparer):
    """Import one amount for each month and close it: ``closed("2026-08", "100.00")`` returns the statement."""

    def make(code, *amounts, **columns):
        imported([(channel.external_id, amount) for amount in amounts], code, **columns)
        return next(made for made in close_month(month=month(code), by=preparer) if made.creator == channel.profile)

    return make


@pytest.fixture
def paid(preparer, approver):
    """Approve and pay a statement by bank file, up to the bank's answer."""

    def pay(statement):
        approvals.send_to_approval(statement=statement, by=preparer)
        approvals.approve(statement=statement, by=approver)
        (payout,) = payouts.pay(statements=[statement], by=approver).payouts
        payouts.settle(payout=payout, outcome=payouts.Outcome(PayoutState.SENT, ""), by=approver)
        return payouts.report_outcome(payout=payout, state=PayoutState.PAID, by=approver)

    return pay


def test_the_first_payout_and_missing_details_are_flagged_at_the_close(statement):
    assert flags(statement) == {FlagKind.FIRST_PAYOUT, FlagKind.NO_DETAILS}


def test_giving_details_clears_the_flag_and_an_account_of_two_creators_flags_both(statement, profile, creator):
    give_details(creator=profile, rail="bank_file", payee=Payee(holder="Amina", **IBAN), by=creator)
    assert flags(statement) == {FlagKind.FIRST_PAYOUT}
    other = PayoutMethodFactory()
    attention.look_again(other.creator)
    assert FlagKind.SHARED_ACCOUNT in flags(statement)
    changed = Payee(holder="Amina", country="GB", iban="GB29NWBK60161331926819", bic="NWBKGB2L")
    give_details(creator=other.creator, rail="bank_file", payee=changed, by=other.creator.user)
    assert FlagKind.SHARED_ACCOUNT not in flags(statement)


def test_an_account_changed_after_a_payment_is_flagged_and_the_same_account_again_is_not(
    closed, paid, profile, creator
):
    method = PayoutMethodFactory(creator=profile)
    paid(closed("2026-07", "100.00"))
    quiet = closed("2026-08", "100.00")
    assert flags(quiet) == set()
    changed = Payee(holder="Amina", country="GB", iban="GB29NWBK60161331926819", bic="NWBKGB2L")
    give_details(creator=profile, rail="bank_file", payee=changed, by=creator)
    assert flags(quiet) == {FlagKind.NEW_DETAILS}
    assert payee_of(method) != changed


@pytest.mark.parametrize(("amount", "is_far"), [("300.00", False), ("301.00", True), ("34.00", False), ("33.00", True)])
def test_a_month_more_than_three_times_her_mean_or_less_than_a_third_is_far(closed, amount, is_far):
    closed("2026-07", "100.00")
    assert (FlagKind.JUMP in flags(closed("2026-08", amount))) is is_far


def test_a_correction_of_a_fifth_is_large(channel, imported, preparer):
    imported([(channel.external_id, "100.00")], "2026-07")
    imported([(channel.external_id, "-20.00")], "2026-07", adjustment_type="Spam Adjustment")
    (made,) = close_month(month=month("2026-07"), by=preparer)
    assert FlagKind.CORRECTED in flags(made)


def test_a_correction_of_less_than_a_fifth_is_not(channel, imported, preparer):
    imported([(channel.external_id, "100.00")], "2026-07")
    imported([(channel.external_id, "-19.00")], "2026-07", adjustment_type="Spam Adjustment")
    (made,) = close_month(month=month("2026-07"), by=preparer)
    assert FlagKind.CORRECTED not in flags(made)


def test_a_month_below_zero_is_flagged(closed):
    assert FlagKind.NEGATIVE in flags(closed("2026-07", "-50.00"))


@pytest.mark.parametrize(
    ("amount", "is_near"), [("899.99", False), ("900.00", True), ("999.99", True), ("1000", False)]
)
def test_the_last_tenth_below_the_limit_is_flagged(closed, settings, amount, is_near):
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 70000}  # her share is 70 %
    assert (FlagKind.NEAR_LIMIT in flags(closed("2026-07", amount))) is is_near


def test_looking_again_leaves_what_is_approved_alone_and_doubles_nothing(statement, preparer, approver):
    approvals.send_to_approval(statement=statement, by=preparer)
    attention.look_at(Statement.objects.all())
    assert StatementFlag.objects.count() == 2
    approvals.approve(statement=statement, by=approver)
    PayoutMethodFactory(creator=statement.creator)
    attention.look_again(statement.creator)
    assert flags(statement) == {FlagKind.FIRST_PAYOUT, FlagKind.NO_DETAILS}


def test_the_rules_ask_the_same_number_of_times_for_one_statement_and_for_thirty(imported, preparer):
    def queries(count, code):
        channels = [ChannelFactory(confirmed=True) for _ in range(count)]
        imported([(channel.external_id, "100.00") for channel in channels], code)
        close_month(month=month(code), by=preparer)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            attention.look_at(Statement.objects.filter(period__month=month(code)))
        return len(captured)

    assert queries(1, "2026-07") == queries(30, "2026-08")


# -- Two approvals --------------------------------------------------------------------------------------


def test_a_large_statement_is_approved_only_by_a_second_person(closed, settings, preparer, approver, second_approver):
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 7000}
    large = closed("2026-07", "100.00")
    approvals.send_to_approval(statement=large, by=preparer)
    approvals.approve(statement=large, by=approver)
    large.refresh_from_db()
    assert large.state == StatementState.IN_REVIEW
    with pytest.raises(SamePersonError):
        approvals.approve(statement=large, by=approver)
    with pytest.raises(VoidApprovalError):
        approvals.require_valid_approval(large)
    approvals.approve(statement=large, by=second_approver)
    large.refresh_from_db()
    assert large.state == StatementState.APPROVED
    approvals.require_valid_approval(large)
    assert verify().problems == []


def test_the_limit_is_that_of_the_day_the_month_was_closed(closed, settings, preparer, approver):
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 7001}
    small = closed("2026-07", "100.00")
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 1}
    approvals.send_to_approval(statement=small, by=preparer)
    approvals.approve(statement=small, by=approver)
    small.refresh_from_db()
    assert small.state == StatementState.APPROVED


def test_a_currency_without_a_limit_always_needs_two(closed, settings):
    settings.REVENUE_SECOND_APPROVAL_FROM = {"EUR": 100000}
    assert closed("2026-07", "100.00").approvals_needed == 2


def test_a_hold_voids_both_approvals(closed, settings, preparer, approver, second_approver):
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 1}
    large = closed("2026-07", "100.00")
    approvals.send_to_approval(statement=large, by=preparer)
    approvals.approve(statement=large, by=approver)
    approvals.approve(statement=large, by=second_approver)
    approvals.hold(statement=large, reason="figures", message="We look at one video.", by=preparer)
    assert not Approval.objects.filter(voided_at__isnull=True).exists()


def test_the_database_takes_one_approval_a_person(statement, preparer, approver):
    approvals.send_to_approval(statement=statement, by=preparer)
    first = approvals.approve(statement=statement, by=approver)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_verify_books_finds_a_large_statement_with_one_approval(closed, settings, preparer, approver):
    settings.REVENUE_SECOND_APPROVAL_FROM = {"USD": 1}
    large = closed("2026-07", "100.00")
    approvals.send_to_approval(statement=large, by=preparer)
    approvals.approve(statement=large, by=approver)
    Statement.objects.filter(pk=large.pk).update(state=StatementState.APPROVED)
    assert any("1 of 2 approvals" in problem for problem in verify().problems)


# -- The list -------------------------------------------------------------------------------------------


def chosen(client, person, statements, step, **data):
    client.force_login(person)
    data = {"statement": [statement.pk for statement in statements], "step": step, **data}
    answer = client.post(reverse("finance_statements:chosen"), data)
    return answer, [str(message) for message in get_messages(answer.wsgi_request)][-1:]


def test_the_list_shows_the_flags_and_keeps_those_with_one(client, statement, approver):
    client.force_login(approver)
    address = reverse("finance_statements:index")
    assert "first payout" in client.get(address).content.decode()
    assert str(statement.pk) in client.get(address, {"flag": "any"}).content.decode()
    assert str(statement.pk) in client.get(address, {"flag": "first_payout"}).content.decode()
    assert str(statement.pk) not in client.get(address, {"flag": "negative"}).content.decode()


def test_chosen_statements_are_sent_held_and_approved(client, statement, preparer, approver):
    answer, _said = chosen(client, preparer, [statement], "send", back="/admin/finance/statements/?flag=any")
    assert answer.url == "/admin/finance/statements/?flag=any"
    statement.refresh_from_db()
    assert statement.state == StatementState.IN_REVIEW
    _answer, said = chosen(client, preparer, [statement], "hold", reason="figures", message="")
    assert "sentence" in said[0]
    chosen(client, preparer, [statement], "hold", reason="figures", message="We look at one video again.")
    assert statement.holds.get().message == "We look at one video again."
    _answer, said = chosen(client, approver, [statement], "approve")
    assert "on hold" in said[0]
    statement.refresh_from_db()
    assert statement.state == StatementState.HELD


def test_nobody_takes_a_step_that_is_not_hers(client, statement, preparer, approver, learner):
    assert chosen(client, preparer, [statement], "approve")[0].status_code == 302
    assert chosen(client, approver, [statement], "send")[0].status_code == 302
    assert chosen(client, learner, [statement], "send")[0].status_code == 403
    statement.refresh_from_db()
    assert statement.state == StatementState.DRAFT


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_elsewhere(client, statement, preparer, back):
    answer, _said = chosen(client, preparer, [statement], "send", back=back)
    assert answer.url == reverse("finance_statements:index")


@pytest.mark.parametrize("data", [{}, {"step": "send"}, {"step": "nonsense", "statement": "x"}, {"statement": "0"}])
def test_choosing_nothing_or_nonsense_says_what_to_do(client, preparer, data):
    client.force_login(preparer)
    answer = client.post(reverse("finance_statements:chosen"), data)
    assert "Choose statements" in str(next(iter(get_messages(answer.wsgi_request))))


def test_the_list_asks_the_same_number_of_times_for_three_and_for_thirty(client, imported, preparer, approver):
    client.force_login(approver)

    def queries(count, code):
        imported([(ChannelFactory(confirmed=True).external_id, "100.00") for _ in range(count)], code)
        close_month(month=month(code), by=preparer)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("finance_statements:index")).status_code == 200
        return len(captured)

    client.get(reverse("finance_statements:index"))
    assert queries(3, "2026-07") == queries(30, "2026-08")
