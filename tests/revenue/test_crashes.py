"""Two hundred payouts, and the process that pays them is killed again and again: each is paid once, none is lost."""

import os
import random
import signal
from functools import partial
from multiprocessing.managers import BaseManager
from unittest import mock

import pytest
import stripe
from django.db import connections

from revenue import approvals, payouts
from revenue.models import Payout, Statement
from revenue.proof import verify
from revenue.rails.stripe import StripeRail
from revenue.statements import close_month
from revenue.states import PayoutState
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, month
from tests.factories.stripe_api import FakeStripe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
COUNT = 200
AT_ONCE = 8
FAULTS = ["drop before", "drop after", 500, 429, None, None, None, None]


class Far(stripe.HTTPClient):
    """The way to a Stripe that lives in a process of its own, and so outlives those that call it."""

    name = "far"

    def __init__(self, api):
        super().__init__()
        self.api = api

    def request(self, method, url, headers=None, post_data=None, *, _usage=None):
        return self.api.request(method, url, headers, post_data)

    def close(self):
        """Nothing is open."""


class Machines(BaseManager):
    """Starts the provider's machine."""


Machines.register("Stripe", FakeStripe)


@pytest.fixture
def api():
    connections.close_all()  # a copy of an open connection is of no use to anybody
    with Machines() as machines:
        yield machines.Stripe()


@pytest.fixture
def approved(imported, preparer, approver):
    """Two hundred approved statements of 7 to 1,400 dollars, to be paid by Stripe."""
    channels = [ChannelFactory(confirmed=True) for _number in range(COUNT)]
    imported([(channel.external_id, f"{number}0.00") for number, channel in enumerate(channels, 1)])
    for statement in close_month(month=month("2026-09"), by=preparer):
        PayoutMethodFactory(creator=statement.creator, rail="stripe", stripe_account="acct_1")
        approvals.send_to_approval(statement=statement, by=preparer)
        approvals.approve(statement=statement, by=approver)
    return Statement.objects.filter(state="approved", payable__gt=0)


def dies(passes):
    """Return a function that kills this process when it is called for the time after ``passes``."""
    left = iter(range(passes))

    def die(*_arguments, **_named):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def before(owner, name, die):
    whole = getattr(owner, name)
    return mock.patch.object(owner, name, lambda *args, **named: (die(), whole(*args, **named))[1])


def after(owner, name, die):
    whole = getattr(owner, name)
    return mock.patch.object(owner, name, lambda *args, **named: (whole(*args, **named), die())[0])


# Where it is killed; the log is what a step writes last inside its transaction.
POINTS = {
    "before an intent or an answer is committed": lambda die: before(payouts, "log", die),
    "after the intent": lambda die: after(payouts, "claim", die),
    "before the provider is asked": lambda die: before(StripeRail, "send", die),
    "after the provider acted": lambda die: after(StripeRail, "send", die),
    "after a look-up": lambda die: after(StripeRail, "look_up", die),
    "after the answer": lambda die: after(payouts, "settle", die),
}


def in_a_process(work):
    """Do ``work`` in a process of its own; say whether it came to its end."""
    connections.close_all()
    if pid := os.fork():
        _pid, status = os.waitpid(pid, 0)
        assert status == 0 or os.WIFSIGNALED(status), status
        return status == 0
    ended = 1
    try:
        work()
        ended = 0
    finally:
        connections.close_all()
        os._exit(ended)


def test_each_is_paid_once_and_none_is_lost_wherever_the_process_is_killed(approved, approver, api, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    due = sorted(approved.values_list("payable", flat=True))
    client = stripe.StripeClient("sk_test_x", http_client=Far(api), max_network_retries=0)
    chance, killed = random.Random(7), dict.fromkeys(POINTS, 0)

    def pay(most=AT_ONCE):
        payouts.resume()
        payouts.pay(statements=payouts.ready()[:most], by=approver)

    with mock.patch("revenue.rails.stripe.stripe_client", return_value=client):
        for turn in range(8 * len(POINTS)):
            point = list(POINTS)[turn % len(POINTS)]
            api.plan([chance.choice(FAULTS) for _call in range(40)])
            api.forget_keys(every=3)
            with POINTS[point](dies(chance.randrange(3))):
                killed[point] += not in_a_process(pay)
        api.plan([])
        assert in_a_process(partial(pay, COUNT))
        assert in_a_process(pay)
    assert all(count >= 3 for count in killed.values()), killed
    transfers = api.made()
    assert len(transfers) == len({transfer["transfer_group"] for transfer in transfers}) == len(due)
    assert sorted(transfer["amount"] for transfer in transfers) == due
    assert Payout.objects.filter(state=PayoutState.SENT).count() == len(due) == Payout.objects.count()
    assert verify().problems == []
