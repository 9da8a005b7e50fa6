"""What Stripe sends on to her bank and the bank does not take: she is told once, why, and what to do."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import translation

from revenue import privacy, webhooks
from revenue.models import ProviderEvent, StripeAccount
from revenue.tasks import tell_bank_problem
from tests.factories.revenue import PayoutMethodFactory
from tests.revenue.test_payout_details import prove
from tests.revenue.test_stripe import signed

pytestmark = pytest.mark.django_db
PLACE = "/earnings/payout/stripe/"
CAME_BACK = "Stripe sent your money to your bank, and it came back."


@pytest.fixture
def account(profile, api):
    EmailAddress.objects.create(user=profile.user, email="amina@example.org", verified=True)
    return StripeAccount.objects.create(creator=profile, account="acct_hers")


@pytest.fixture
def hear(client, api, django_capture_on_commit_callbacks):
    """Let an event arrive; return how many letters it asks for."""

    def arrives(event):
        with django_capture_on_commit_callbacks() as callbacks:
            assert signed(client, event).status_code == 200
        asked = [callback for callback in callbacks if callback.func == tell_bank_problem.enqueue]
        for callback in asked:
            tell_bank_problem.func(*callback.args)
        return len(asked)

    return arrives


def test_she_is_told_once_why_her_bank_did_not_take_it(hear, api, account):
    failed = api.send_on("acct_hers", "po_1", created=1000, failure="account_closed")
    assert [hear(failed), hear(failed), hear(failed | {"id": "evt_again"})] == [1, 0, 0]
    (letter,) = mail.outbox
    assert letter.to == ["amina@example.org"]
    assert "This account is closed." in letter.body
    assert PLACE in letter.body
    account.refresh_from_db()
    assert account.bank_problem == "account_closed"


def test_the_letter_is_in_her_language(hear, api, account):
    type(account.creator.user).objects.update(language="zh-hans")
    hear(api.send_on("acct_hers", "po_1", created=1000, failure="account_closed"))
    with translation.override("zh-hans"):
        assert translation.gettext("This account is closed.") in mail.outbox[0].body


def test_a_reason_we_have_no_words_for_is_not_made_up(hear, api, account):
    hear(api.send_on("acct_hers", "po_1", created=1000, failure="something_new"))
    assert "Your bank did not say why." in mail.outbox[0].body
    assert "something_new" not in mail.outbox[0].body


def test_the_newest_decides_however_late_the_others_come(hear, api, account):
    first = api.send_on("acct_hers", "po_1", created=1000, failure="no_account")
    second = api.send_on("acct_hers", "po_2", created=2000)
    assert [hear(second), hear(first)] == [0, 0]
    account.refresh_from_db()
    assert account.bank_problem == ""
    taken_back = api.send_on("acct_hers", "po_2", created=2000, failure="account_frozen")  # days after it was paid
    assert hear(taken_back) == 1
    account.refresh_from_db()
    assert account.bank_problem == "account_frozen"


def test_her_page_says_it_until_the_next_money_arrives(client, hear, api, account):
    api.accounts["acct_hers"] = {"id": "acct_hers", "object": "account", "country": "KE"}
    api.finish("acct_hers")
    PayoutMethodFactory(creator=account.creator, rail="stripe", stripe_account="acct_hers")
    prove(client, account.creator.user)
    hear(api.send_on("acct_hers", "po_1", created=1000, failure="account_closed"))
    page = client.get(PLACE).text
    assert CAME_BACK in page
    assert "This account is closed." in page
    assert "Go on at Stripe" in page
    assert "https://connect.stripe.com/setup/" in client.post(PLACE).text
    hear(api.send_on("acct_hers", "po_2", created=2000))
    page = client.get(PLACE).text
    assert CAME_BACK not in page
    assert "Your money goes to your account with Stripe." in page


def test_an_account_of_nobody_here_changes_nothing(hear, api, account):
    assert hear(api.send_on("acct_other", "po_1", created=1000, failure="account_closed")) == 0
    assert not StripeAccount.objects.exclude(bank_problem="").exists()


def test_our_own_payouts_are_not_hers(hear, api, account):
    assert hear(api.send_on("acct_hers", "po_1", created=1, failure="account_closed") | {"account": None}) == 0


def test_when_stripe_does_not_answer_it_sends_it_again(client, hear, api, account):
    failed = api.send_on("acct_hers", "po_1", created=1000, failure="account_closed")
    api.plan(["drop before"])
    client.raise_request_exception = False
    assert signed(client, failed).status_code == 500
    assert ProviderEvent.objects.get().handled_at is None
    assert hear(failed) == 1


def test_the_endpoint_of_connected_accounts_has_a_secret_of_its_own(client, hear, api, account, settings):
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET = "whsec_other", "whsec_x"
    assert hear(api.send_on("acct_hers", "po_1", created=1000, failure="account_closed")) == 1
    settings.STRIPE_CONNECT_WEBHOOK_SECRET = ""
    assert signed(client, api.send_on("acct_hers", "po_2", created=2000)).status_code == 400


def test_what_never_arrived_is_taken_for_each_account_money_goes_to(api, account):
    PayoutMethodFactory(creator=account.creator, rail="stripe", stripe_account="acct_hers")
    now = int(time.time())
    api.events = [
        api.send_on("acct_hers", "po_1", created=now - 200, failure="account_closed"),
        api.send_on("acct_other", "po_2", created=now - 100, failure="account_closed"),
    ]
    assert webhooks.replay() == (1, 1)
    account.refresh_from_db()
    assert account.bank_problem == "account_closed"


def test_her_copy_says_it_too(account):
    StripeAccount.objects.update(bank_problem="account_closed")
    assert "account_closed" in str(privacy.export(account.creator.user))
