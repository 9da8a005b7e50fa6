"""One contract for every rail: what was sent once is there once, and a look-up never pays."""

import os
from dataclasses import replace

import pytest
import stripe
from django.db.models import Sum

from revenue import approvals, payouts
from revenue.models import Payout
from revenue.rails.bank_file import BankFileRail
from revenue.rails.base import PaymentRequest, RefusedPaymentError, UnclearAnswerError
from revenue.rails.fake import FakeRail
from revenue.rails.stripe import StripeRail
from revenue.states import PayoutState
from tests.factories.revenue import PayoutMethodFactory
from tests.factories.stripe_api import FakeStripe, check_params

pytestmark = pytest.mark.django_db
CONNECTED = os.environ.get("STRIPE_TEST_ACCOUNT", "acct_1")


class BankBench:
    """The bank-file rail; its payments are in batches."""

    def __init__(self):
        self.rail = BankFileRail()

    def total(self):
        return Payout.objects.filter(batch__isnull=False).aggregate(sum=Sum("amount"))["sum"] or 0

    def refused(self, payee):
        return replace(payee, iban="DE00370400440532013000")


class StripeBench:
    """The Stripe rail on the Stripe of the tests."""

    def __init__(self):
        self.api = FakeStripe()
        self.rail = StripeRail(stripe.StripeClient("sk_test_x", http_client=self.api, max_network_retries=0))

    def total(self):
        return sum(transfer["amount"] for transfer in self.api.transfers.values())

    def refused(self, payee):
        return replace(payee, stripe_account="acct_closed")


class RealStripeBench:
    """The Stripe rail on Stripe itself, with a test key; the account of that key needs a test balance in dollars."""

    def __init__(self):
        key = os.environ["STRIPE_TEST_KEY"]
        assert key.startswith("sk_test_"), "never a live key"
        client = stripe.StripeClient(key, max_network_retries=0)
        self.rail, self.transfers = StripeRail(client), client.v1.transfers
        self.before = {transfer.id for transfer in self.made()}

    def made(self):
        return self.transfers.list({"destination": CONNECTED, "limit": 100}).data

    def total(self):
        return sum(transfer.amount for transfer in self.made() if transfer.id not in self.before)

    def refused(self, payee):
        return replace(payee, stripe_account="acct_closed")


class FakeBench:
    """The rail that only remembers."""

    def __init__(self):
        self.rail = FakeRail()

    def total(self):
        return sum(request.amount for request in self.rail.paid)

    def refused(self, payee):
        self.rail.faults.append("refuse")
        return payee


real = pytest.param(RealStripeBench, marks=pytest.mark.extra("STRIPE_TEST_KEY"))


@pytest.fixture(params=[BankBench, StripeBench, FakeBench, real], ids=["bank_file", "stripe", "fake", "real_stripe"])
def bench(request):
    return request.param()


@pytest.fixture
def payment(statement, preparer, approver):
    PayoutMethodFactory(creator=statement.creator, stripe_account=CONNECTED)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    return PaymentRequest.from_json(payouts.claim(statement=statement, by=approver).request)


def test_what_was_never_sent_is_not_known(bench, payment):
    assert bench.rail.look_up(payment) is None
    assert bench.total() == 0


def test_sending_pays_the_amount_once_however_often(bench, payment):
    first = bench.rail.send(payment)
    assert bench.rail.send(payment) == first
    assert bench.total() == payment.amount == 14000


def test_a_look_up_finds_what_was_sent_and_pays_nothing(bench, payment):
    sent = bench.rail.send(payment)
    assert bench.rail.look_up(payment) == sent
    assert bench.total() == payment.amount


def test_a_refusal_is_definite_and_leaves_nothing_behind(bench, payment):
    with pytest.raises(RefusedPaymentError) as caught:
        bench.rail.send(replace(payment, payee=bench.refused(payment.payee)))
    assert str(caught.value)
    assert bench.rail.look_up(payment) is None
    assert bench.total() == 0


def test_a_good_payee_has_nothing_against_her(bench, payment):
    assert bench.rail.why_not(payment.payee, payment.currency) == ""


@pytest.mark.parametrize("fault", ["drop before", "drop after", 500, 429, 409])
def test_an_unclear_answer_of_stripe_is_no_refusal(fault, payment):
    bench = StripeBench()
    bench.api.faults = [fault]
    with pytest.raises(UnclearAnswerError):
        bench.rail.send(payment)
    found = bench.rail.look_up(payment)
    assert (found is not None) == (fault == "drop after")


def test_a_forgotten_key_pays_twice_unless_looked_up(payment):
    bench = StripeBench()
    bench.rail.send(payment)
    bench.api.forget_keys()
    assert bench.rail.look_up(payment).state == PayoutState.SENT
    assert bench.total() == payment.amount


@pytest.mark.parametrize(
    "params",
    [
        {"amount": "1", "currency": "usd"},
        {"amount": "much", "currency": "usd", "destination": "acct_1"},
        {"amount": "1", "currency": "usd", "destination": "acct_1", "colour": "red"},
        {"amount": "1", "currency": "usd", "destination": "acct_1", "metadata": "text"},
    ],
)
def test_the_fake_refuses_what_the_sdk_types_do_not_have(params):
    assert check_params(params, stripe.params.TransferCreateParams)


def test_currencies_that_stripe_counts_in_its_own_way_are_refused(payment):
    assert StripeBench().rail.why_not(payment.payee, "TWD")
