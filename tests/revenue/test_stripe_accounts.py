"""She begins an account with Stripe from here, fills it in there, and sends her money to it when it is ready."""

import pytest
from django.db import connection

from revenue import privacy
from revenue.models import PayoutMethod, StripeAccount
from tests.factories.creators import ProfileFactory
from tests.revenue.test_payout_details import prove

pytestmark = pytest.mark.django_db
PLACE, DETAILS = "/earnings/payout/stripe/", "/earnings/payout/"


@pytest.fixture
def hers(client, profile):
    prove(client, profile.user)
    return client


@pytest.fixture
def begun(api, hers):
    hers.post(PLACE, {"country": "KE"})
    return StripeAccount.objects.get()


def test_she_begins_an_account_once_and_goes_on_at_stripe(hers, api, profile):
    for _tap in range(2):
        answer = hers.post(PLACE, {"country": "KE"})
        assert "https://connect.stripe.com/setup/" in answer.text
    (made,) = api.accounts.values()
    assert StripeAccount.objects.get().account == made["id"]
    assert (made["country"], made["metadata"]) == ("KE", {"creator": str(profile.pk)})
    # the programme is in Germany, so Stripe's agreement is the one for who is only paid
    assert made["tos_acceptance"] == {"service_agreement": "recipient"}


def test_in_the_programmes_own_country_the_agreement_is_the_usual_one(hers, api):
    hers.post(PLACE, {"country": "DE"})
    assert [made["tos_acceptance"] for made in api.accounts.values()] == [{}]


def test_an_account_whose_row_was_lost_is_not_begun_twice(hers, api, begun):
    begun.delete()
    hers.post(PLACE, {"country": "KE"})
    assert list(api.accounts) == [StripeAccount.objects.get().account]


def test_nobody_waits_for_stripe_with_an_open_transaction(hers, api, monkeypatch):
    outside, asked, answer = len(connection.savepoint_ids), [], api.request
    monkeypatch.setattr(api, "request", lambda *a, **k: asked.append(len(connection.savepoint_ids)) or answer(*a, **k))
    hers.post(PLACE, {"country": "KE"})
    assert set(asked) == {outside}


def test_she_reads_how_far_it_is(hers, api, begun):
    assert "Stripe still needs something from you." in hers.get(PLACE).text
    api.finish(begun.account, checked=False)
    assert "Stripe is checking what you wrote." in hers.get(PLACE).text
    api.finish(begun.account)
    assert "Send my money there" in hers.get(PLACE).text


def test_her_money_goes_there_when_it_is_ready_and_she_says_so(hers, api, begun, settings):
    settings.REVENUE_DETAILS_HOLD_DAYS = 3
    api.finish(begun.account, checked=False)
    assert hers.post(PLACE, {"use": "1"}).status_code == 422
    assert not PayoutMethod.objects.exists()
    api.finish(begun.account)
    for _tap in range(2):
        assert hers.post(PLACE, {"use": "1"}).url == DETAILS
    method = PayoutMethod.objects.get()
    assert (method.rail, method.stripe_account, method.country) == ("stripe", begun.account, "KE")
    assert method.is_waiting
    assert "Your money goes to your account with Stripe." in hers.get(PLACE).text


def test_without_an_account_there_is_nothing_to_use(hers, api):
    assert hers.post(PLACE, {"use": "1"}).status_code == 422
    assert not PayoutMethod.objects.exists()


@pytest.mark.parametrize("country", ["", "XX", "Kenya"])
def test_without_a_country_nothing_is_begun(country, hers, api):
    assert hers.post(PLACE, {"country": country}).status_code == 422
    assert api.requests == []


def test_a_country_that_stripe_does_not_serve_is_said(hers, api):
    answer = hers.post(PLACE, {"country": "KP"})
    assert answer.status_code == 422
    assert "KP is not currently supported by Stripe." in answer.text
    assert not StripeAccount.objects.exists()


@pytest.mark.parametrize("fault", ["drop before", "drop after", 500, 429])
def test_when_stripe_does_not_answer_nothing_changes(fault, hers, api, begun):
    api.finish(begun.account)
    for ask in (lambda: hers.get(PLACE), lambda: hers.post(PLACE), lambda: hers.post(PLACE, {"use": "1"})):
        api.faults = [fault]
        answer = ask()
        assert answer.status_code == 422
        assert "Stripe does not answer." in answer.text
    assert not PayoutMethod.objects.exists()


def test_it_is_hers_alone_and_asks_who_she_is(client, api, begun, outsider):
    other = ProfileFactory()
    prove(client, other.user)
    assert "Country you live in" in client.get(PLACE).text  # nothing of the first one's
    client.force_login(begun.creator.user)  # her phone in another's hand
    for answer in (client.get(PLACE), client.post(PLACE, {"use": "1"})):
        assert answer.status_code == 302
        assert "reauthenticate" in answer.url
    prove(client, outsider)
    assert client.get(PLACE).status_code == 404


def test_without_a_key_there_is_no_such_page(hers, profile):
    assert hers.get(PLACE).status_code == 404
    assert "Stripe" not in hers.get(DETAILS).text


def test_with_a_key_her_payout_details_lead_there(hers, api):
    assert PLACE in hers.get(DETAILS).text


def test_the_account_is_in_her_copy_and_goes_with_her(begun):
    user = begun.creator.user
    assert privacy.export(user)["stripe_account"][0]["account"] == begun.account
    privacy.erase(user)
    assert not StripeAccount.objects.exists()
