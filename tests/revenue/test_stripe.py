"""Paid by Stripe once although it forgets and drops, and what it tells us later, late, twice or never."""

import json
import time

import pytest
import stripe
from django.core.management import CommandError, call_command

from revenue import approvals, bookkeeping, chart, payouts, rails, webhooks
from revenue.models import ProviderEvent
from revenue.proof import verify
from tests.factories.revenue import PayoutMethodFactory

pytestmark = pytest.mark.django_db


def owed(statement):
    return -bookkeeping.balance(chart.creator_payable(statement.creator_id), "USD")


@pytest.fixture
def on_stripe(statement, preparer, approver, api):
    PayoutMethodFactory(creator=statement.creator, rail="stripe", stripe_account="acct_1")
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    return statement


@pytest.mark.parametrize("faults", [["drop after"], ["drop before"], [500], [429], ["drop after", 500]])
def test_stripe_pays_once_although_keys_are_forgotten(faults, on_stripe, approver, api):
    api.faults = list(faults)
    (payout,) = payouts.pay(statements=[on_stripe], by=approver).payouts
    for _attempt in range(3):
        api.forget_keys()
        payouts.resume()
    payout.refresh_from_db()
    assert payout.state == "sent"
    assert [transfer["amount"] for transfer in api.transfers.values()] == [14000]


def test_an_empty_balance_of_ours_pays_nobody_and_is_not_held_against_her(on_stripe, preparer, approver, api):
    api.is_empty = True
    for _day in range(payouts.MOST_RETURNS + 1):
        (payout,) = payouts.pay(statements=[on_stripe], by=approver).payouts
        payout.refresh_from_db()
        assert (payout.state, payout.problem) == ("failed", "You have insufficient available funds.")
        assert owed(on_stripe) == 14000
        hold = on_stripe.holds.get(released_at=None)
        assert "you need not do anything" in hold.message
        approvals.release(hold=hold, by=preparer)
        approvals.approve(statement=on_stripe, by=approver)
    api.is_empty = False
    payouts.pay(statements=[on_stripe], by=approver)
    assert [transfer["amount"] for transfer in api.made()] == [14000]
    assert owed(on_stripe) == 0
    assert verify().problems == []


def signed(client, event):
    body, moment = json.dumps(event), int(time.time())
    signature = stripe.WebhookSignature._compute_signature(f"{moment}.{body}", "whsec_x")
    return client.post(
        "/webhooks/stripe/", body, content_type="application/json",
        headers={"Stripe-Signature": f"t={moment},v1={signature}"},
    )  # fmt: skip


def event(kind, transfer, pk="evt_1"):
    # what the event says of the transfer is wrong on purpose: only the fetched object decides
    data = {"object": {**transfer, "reversed": not transfer["reversed"]}}
    return {"id": pk, "object": "event", "type": kind, "data": data, "api_version": None, "created": 1}


def test_a_webhook_is_kept_once_and_the_fetched_object_decides(client, on_stripe, approver, api):
    (payout,) = payouts.pay(statements=[on_stripe], by=approver).payouts
    transfer = next(iter(api.transfers.values()))
    for _delivery in range(2):
        assert signed(client, event("transfer.created", transfer)).status_code == 200
    payout.refresh_from_db()
    assert (payout.state, ProviderEvent.objects.count()) == ("paid", 1)
    api.reverse(transfer["id"])
    assert signed(client, event("transfer.reversed", transfer, "evt_2")).status_code == 200
    assert signed(client, event("transfer.created", transfer, "evt_3")).status_code == 200  # late
    payout.refresh_from_db()
    assert (payout.state, owed(on_stripe)) == ("returned", 14000)
    assert verify().problems == []


def test_a_webhook_without_the_right_signature_is_refused(client, api):
    answer = client.post("/webhooks/stripe/", "{}", content_type="application/json", headers={"Stripe-Signature": "x"})
    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()


def test_without_a_key_there_is_no_stripe(client, statement):
    assert "stripe" not in rails.active_rails()
    assert client.post("/webhooks/stripe/", "{}", content_type="application/json").status_code == 404


def test_what_never_arrived_is_taken_when_one_asks(on_stripe, approver, api):
    (payout,) = payouts.pay(statements=[on_stripe], by=approver).payouts
    transfer, now = next(iter(api.transfers.values())), int(time.time())
    api.events = [
        event("transfer.created", transfer, "evt_1") | {"created": now - 300},
        event("transfer.updated", transfer, "evt_2") | {"created": now - 200},
        event("customer.created", transfer, "evt_3") | {"created": now - 100},
        event("transfer.updated", transfer, "evt_4") | {"created": now - 50},
        event("transfer.created", transfer, "evt_5") | {"created": now - 40 * 24 * 3600},
    ]
    assert webhooks.replay() == (3, 3)
    payout.refresh_from_db()
    assert payout.state == "paid"
    assert webhooks.replay(days=90) == (3, 0)
    assert verify().problems == []


def test_the_command_says_how_many_were_new(on_stripe, approver, api, capsys, settings):
    call_command("replay_webhooks", days=3)
    assert "0 events, 0 of them new" in capsys.readouterr().out
    api.faults = ["drop before"]
    with pytest.raises(CommandError, match="does not answer"):
        call_command("replay_webhooks")
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(CommandError, match="STRIPE_SECRET_KEY"):
        call_command("replay_webhooks")
