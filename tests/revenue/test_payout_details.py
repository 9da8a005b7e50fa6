"""Nobody who holds her phone sends her money elsewhere unseen: proof, news wherever she is reached, days to undo."""

import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from revenue import approvals, payout_methods, payouts
from revenue.errors import NotReadyError
from revenue.models import PayoutMethod
from revenue.rails.base import Payee
from revenue.tasks import tell_where_money_goes
from tests.factories.creators import ProfileFactory
from tests.factories.revenue import PayoutMethodFactory

pytestmark = pytest.mark.django_db
PLACE, CHANGE, TAKE_BACK = "/earnings/payout/", "/earnings/payout/change/", "/earnings/payout/take-back/"
GOOD = {"holder": "Amina", "country": "DE", "iban": "de89 3704 0044 0532 0130 00", "bic": "cobadeffxxx"}
THEIRS = Payee("A Partner", "GB", iban="GB33BUKB20201555555555", bic="BUKBGB22")


def prove(client, user, *, method="password", ago=0):
    """Sign in; ``ago`` seconds have gone by since she proved who she is by ``method``."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def hers(client, profile):
    prove(client, profile.user)
    return client


@pytest.fixture
def approved(statement, preparer, approver):
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    statement.refresh_from_db()
    return statement


@pytest.fixture
def old_account(statement):
    return PayoutMethodFactory(creator=statement.creator, made_at=timezone.now() - timedelta(days=90))


def change(profile):
    return payout_methods.give_details(creator=profile, rail="bank_file", payee=THEIRS, by=profile.user)


def test_she_gives_her_payout_details(hers, profile):
    assert hers.post(CHANGE, {**GOOD, "iban": "DE00 3704 0044 0532 0130 00"}).status_code == 422
    assert hers.post(CHANGE, GOOD).status_code == 302
    assert PayoutMethod.objects.get(creator=profile).iban == "DE89370400440532013000"
    text = hers.get(PLACE).content.decode()
    assert "•••• 3000" in text
    assert "DE89370400440532013000" not in text


@pytest.mark.parametrize("address", [CHANGE, TAKE_BACK])
def test_a_session_that_is_only_open_changes_nothing(client, profile, old_account, address):
    prove(client, profile.user, ago=3600)
    profile.user.set_password("window kettle thread")
    profile.user.save()
    client.force_login(profile.user)
    response = client.post(address, GOOD)
    assert response.url == f"/accounts/reauthenticate/?next={address.replace('/', '%2F')}"
    assert list(PayoutMethod.objects.all()) == [old_account]


def test_who_has_a_second_factor_gives_it_a_password_is_not_enough(client, profile):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(profile.user, generate_totp_secret())
    prove(client, profile.user, method="password")
    assert client.get(CHANGE).url.startswith("/accounts/2fa/reauthenticate/?next=")
    prove(client, profile.user, method="mfa")
    assert client.get(CHANGE).status_code == 200


def test_who_has_neither_signs_in_anew_with_a_code(client, profile):
    profile.user.set_unusable_password()
    profile.user.save()
    client.force_login(profile.user)
    assert client.get(CHANGE).url.startswith("/accounts/login/code/?next=")
    assert client.get(PLACE).url.startswith("/accounts/login/")


def test_a_change_is_told_on_every_address_and_phone_she_has_proved(
    profile, django_capture_on_commit_callbacks, monkeypatch
):
    texts = []
    monkeypatch.setattr("accounts.sms.send_sms", lambda **message: texts.append(message))
    user = profile.user
    user.phone, user.phone_verified = "+41791234567", True
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    for email, verified in (("old@example.org", True), ("new@example.org", True), ("unproved@example.org", False)):
        EmailAddress.objects.create(user=user, email=email, verified=verified)
    with django_capture_on_commit_callbacks() as callbacks:
        change(profile)
    assert [callback.args for callback in callbacks if callback.func == tell_where_money_goes.enqueue] == [
        (str(profile.pk),)
    ]
    tell_where_money_goes.func(str(profile.pk))
    assert sorted(message.to[0] for message in mail.outbox) == ["new@example.org", "old@example.org"]
    assert "•••• 5555" in mail.outbox[0].body
    assert "GB33BUKB20201555555555" not in mail.outbox[0].body
    assert [text["phone"] for text in texts] == ["+41791234567"]
    assert PLACE in texts[0]["text"]


def test_nothing_goes_to_a_new_account_before_its_time(approved, old_account, approver, settings):
    change(approved.creator)
    run = payouts.pay(statements=[approved], by=approver)
    assert run.payouts == []
    assert "Her payout details are new" in run.left_out[0][1]
    PayoutMethod.objects.waiting().update(usable_from=timezone.now())
    assert payouts.pay(statements=[approved], by=approver).payouts[0].request["payee"]["iban"] == THEIRS.iban


def test_she_and_finance_see_why_it_waits(hers, approved, old_account, approver, client):
    change(approved.creator)
    assert "Your payout details are new" in hers.get("/earnings/").content.decode()
    assert "Take the change back" in hers.get(PLACE).content.decode()
    client.force_login(approver)
    text = client.get("/admin/finance/payouts/run/").content.decode()
    assert "New payout details: not paid yet" in text
    assert "•••• 5555" in text


def test_she_takes_the_change_back_and_is_paid_as_before(hers, approved, old_account, approver):
    change(approved.creator)
    change(approved.creator)  # changing twice does not make a thief's account the one from before
    assert hers.get(TAKE_BACK).status_code == 302
    assert PayoutMethod.objects.waiting().exists()
    assert hers.post(TAKE_BACK).status_code == 302
    assert list(PayoutMethod.objects.current()) == [old_account]
    (payout,) = payouts.pay(statements=[approved], by=approver).payouts
    assert payout.method == old_account


def test_first_details_can_be_taken_back_too(profile):
    change(profile)
    assert payout_methods.take_back(creator=profile, by=profile.user) is None
    assert not PayoutMethod.objects.current().exists()


def test_a_change_that_is_in_use_or_is_somebody_elses_is_not_taken_back(profile, old_account, outsider):
    with pytest.raises(NotReadyError):
        payout_methods.take_back(creator=profile, by=profile.user)
    change(profile)
    with pytest.raises(PermissionDenied):
        payout_methods.take_back(creator=profile, by=outsider)


@pytest.mark.parametrize("address", [PLACE, CHANGE, TAKE_BACK])
def test_nobody_else_reaches_her_details(client, profile, old_account, outsider, address):
    assert client.get(address).status_code == 302
    prove(client, outsider)
    assert client.post(address, GOOD).status_code in {404, 405}
    assert client.get(address).status_code == 404
    assert old_account in PayoutMethod.objects.current().filter(creator=profile)
    other = ProfileFactory()
    prove(client, other.user)
    assert "3000" not in client.get(address, follow=True).content.decode()
