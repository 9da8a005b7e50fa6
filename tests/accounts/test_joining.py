"""Joining and signing in, by phone and by e-mail, the way she does it: page by page."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache

pytestmark = pytest.mark.django_db
PASSWORD = "three quiet words"


class RecordingSms:
    """Keeps what would have been sent."""

    sent: list[tuple[str, str]] = []

    def send(self, *, phone: str, text: str) -> None:
        self.sent.append((phone, text))


@pytest.fixture(autouse=True)
def _messages(settings):
    settings.DEFAULT_PHONE_REGION = "CH"
    RecordingSms.sent.clear()
    cache.clear()


@pytest.fixture
def sms(monkeypatch):
    monkeypatch.setattr("accounts.sms.import_string", lambda _path: RecordingSms)
    return RecordingSms.sent


def join(client, contact, **more):
    return client.post("/accounts/signup/", {"contact": contact, "password1": PASSWORD, **more})


def code_in(text):
    found = re.search(r"\b(\d{6})\b", text)
    assert found, text
    return found.group(1)


def person():
    return get_user_model().objects.get()


def is_signed_in(client):
    return client.get("/accounts/settings/").status_code == 200


def test_she_joins_with_her_phone_number_and_a_code(client, sms):
    response = join(client, "079 123 45 67", public_name="Ana", time_zone="Africa/Nairobi")
    assert response.status_code == 302
    assert response.url == "/accounts/phone/verify/"
    assert not is_signed_in(client)
    phone, text = sms[-1]
    assert phone == "+41791234567"
    response = client.post("/accounts/phone/verify/", {"code": code_in(text)})
    assert response.url == "/learn/"
    assert is_signed_in(client)
    user = person()
    assert (user.phone, user.phone_verified, user.email) == ("+41791234567", True, None)
    assert (user.public_name, user.region, user.time_zone) == ("Ana", "CH", "Africa/Nairobi")
    assert user.has_role("learner")


def test_she_joins_with_her_email_and_a_code(client):
    response = join(client, "Ana@Example.org", shared_phone="on")
    assert response.url == "/accounts/confirm-email/"
    assert mail.outbox[-1].to == ["ana@example.org"]
    assert mail.outbox[-1].subject == "Your code"
    code = code_in(mail.outbox[-1].body)
    assert code not in mail.outbox[-1].subject
    client.post("/accounts/confirm-email/", {"code": code})
    assert is_signed_in(client)
    assert EmailAddress.objects.get().verified
    assert client.session.get_expire_at_browser_close()


def test_a_wrong_code_lets_nobody_in(client, sms):
    join(client, "+41791234567")
    wrong = "000000" if code_in(sms[-1][1]) != "000000" else "111111"
    assert client.post("/accounts/phone/verify/", {"code": wrong}).status_code == 200
    assert not is_signed_in(client)


def test_a_number_is_not_forced_into_a_country_that_was_guessed(client, sms):
    response = client.post(
        "/accounts/signup/",
        {"contact": "079 123 45 67", "password1": PASSWORD},
        headers={"accept-language": "en-US,en;q=0.9"},
    )
    assert response.context["form"].errors["contact"]
    assert sms == []


@pytest.mark.parametrize("contact", ["not a way to reach me", "12", "a@b", ""])
def test_what_is_neither_phone_nor_email_is_refused_with_a_sentence(client, contact):
    response = join(client, contact)
    assert response.status_code == 200
    assert "field__error" in response.content.decode() or response.context["form"].errors["contact"]
    assert not get_user_model().objects.exists()


def test_joining_twice_with_the_same_button_goes_on_with_the_same_account(client, sms):
    join(client, "+41791234567")
    response = join(client, "+41791234567")
    assert response.url == "/accounts/phone/verify/"
    assert get_user_model().objects.count() == 1
    client.post("/accounts/phone/verify/", {"code": code_in(sms[-1][1])})
    assert is_signed_in(client)


def test_joining_does_not_tell_whether_a_number_is_known(client, sms):
    known = get_user_model().objects.create_user(phone="+41791234567", password="something else")
    known.confirm_contacts()
    stranger = join(client, "+41791234567")
    client.logout()
    newcomer = join(client, "+41797654321")
    assert (stranger.status_code, stranger.url) == (newcomer.status_code, newcomer.url)
    assert "already have an account" in sms[0][1]


def test_joining_does_not_tell_whether_an_address_is_known(client, learner):
    response = join(client, learner.email)
    assert response.url == "/accounts/confirm-email/"
    assert "have an account already" in mail.outbox[-1].body


@pytest.fixture
def ana(db):
    user = get_user_model().objects.create_user(email="ana@example.org", phone="+41791234567", password=PASSWORD)
    user.confirm_contacts()
    return user


@pytest.mark.parametrize("contact", ["ana@example.org", "ANA@example.org", "+41 79 123 45 67", "079 123 45 67"])
def test_she_signs_in_with_either_and_her_password(client, ana, contact):
    response = client.post("/accounts/login/", {"login": contact, "password": PASSWORD})
    assert response.status_code == 302, response.context["form"].errors
    assert is_signed_in(client)


def test_she_signs_in_with_a_code_by_text_message(client, ana, sms):
    response = client.post("/accounts/login/code/", {"contact": "079 123 45 67"})
    assert response.url.startswith("/accounts/login/code/confirm/")
    client.post("/accounts/login/code/confirm/", {"code": code_in(sms[-1][1])})
    assert is_signed_in(client)


def test_she_signs_in_with_a_code_by_email(client, ana):
    client.post("/accounts/login/code/", {"contact": "ana@example.org"})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1].body)})
    assert is_signed_in(client)


def test_a_code_for_an_unknown_number_looks_the_same(client, sms):
    response = client.post("/accounts/login/code/", {"contact": "+41791234567"})
    assert response.url.startswith("/accounts/login/code/confirm/")
    assert "no account has this number" in sms[-1][1]


def test_a_wrong_password_is_refused_and_after_many_tries_she_must_wait(client, ana):
    for _try in range(6):
        response = client.post("/accounts/login/", {"login": "ana@example.org", "password": "wrong"})
        assert response.status_code in {200, 429}
    response = client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert not is_signed_in(client)


def test_a_new_password_by_code(client, ana):
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[-1].body)})
    response = client.post("/accounts/password/reset/complete/", {"password1": "another three words"})
    assert response.status_code == 302, response.context["form"].errors
    ana.refresh_from_db()
    assert ana.check_password("another three words")


def test_a_password_set_by_somebody_else_before_she_came_is_worth_nothing(client, sms):
    join(client, "+41791234567")  # somebody with her number and a password of his own, who never saw the code
    client.logout()
    client.post("/accounts/login/code/", {"contact": "+41791234567"})
    client.post("/accounts/login/code/confirm/", {"code": code_in(sms[-1][1])})
    assert is_signed_in(client)
    assert not person().has_usable_password()


def test_on_a_shared_phone_the_session_ends_with_the_browser(client, ana):
    ana.shared_phone = True
    ana.save()
    client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD, "remember": "on"})
    assert is_signed_in(client)
    assert client.session.get_expire_at_browser_close()
