"""What she chooses about her account, and who may see it."""

import io
import json
import time
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from wagtail.models import ModelLogEntry

from accounts.people import PersonForm
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SETTINGS = {
    "public_name": "Ana",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "video_quality": "save",
    "shared_phone": "on",
}


def sign_in(client, user, *, proved_at=None):
    """Sign in; ``proved_at`` is when she last gave her password."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": proved_at or time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def test_her_choices_are_kept_and_show_at_once(client, learner):
    client.force_login(learner)
    response = client.post("/accounts/settings/", SETTINGS, follow=True)
    learner.refresh_from_db()
    assert (learner.public_name, learner.language, learner.time_zone) == ("Ana", "zh-hans", "Asia/Shanghai")
    assert learner.video_quality == "save"
    assert client.session.get_expire_at_browser_close()
    assert '<html lang="zh-hans"' in response.content.decode()


@pytest.mark.parametrize(
    ("url", "fields"),
    [("/accounts/settings/", SETTINGS), ("/accounts/video-quality/", {"video_quality": "sound"}), ("people", {})],
)
def test_a_form_overwrites_nothing_that_others_write_on_her_row_meanwhile(client, learner, monkeypatch, url, fields):
    save = type(learner).save

    def save_late(self, *args, **kwargs):
        type(learner).objects.filter(pk=self.pk).update(notices_unread=7, sign_outs=3)
        save(self, *args, **kwargs)

    client.force_login(learner)
    monkeypatch.setattr(type(learner), "save", save_late)
    if fields:
        client.post(url, fields)
    else:
        form = PersonForm({"email": learner.email, "language": "zh-hans", "time_zone": "UTC"}, instance=learner)
        assert form.is_valid()
        form.save()
    learner.refresh_from_db()
    assert (learner.notices_unread, learner.sign_outs) == (7, 3)
    assert (learner.language, learner.video_quality) != ("en", "auto")


def test_the_quality_she_chose_in_a_player_is_hers_alone(client, learner, outsider):
    url = "/accounts/video-quality/"
    assert client.post(url, {"video_quality": "sound"}).status_code == 302  # a visitor has no account to keep it on
    client.force_login(learner)
    assert client.get(url).status_code == 405
    assert client.post(url, {"video_quality": "sound"}).status_code == 204
    assert client.post(url, {"video_quality": "9000"}).status_code == 422
    assert client.post(url, {}).status_code == 422
    for person, quality in ((learner, "sound"), (outsider, "auto")):
        person.refresh_from_db()
        assert person.video_quality == quality


def test_a_time_zone_that_does_not_exist_is_refused(client, learner):
    client.force_login(learner)
    response = client.post("/accounts/settings/", {**SETTINGS, "time_zone": "Mars/Olympus"})
    assert response.context["form"].errors["time_zone"]


def test_signing_out_everywhere_ends_the_other_sessions_and_keeps_this_one(client, learner, django_user_model):
    other = type(client)()
    other.force_login(learner)
    client.force_login(learner)
    client.post("/accounts/sign-out-everywhere/")
    assert other.get("/accounts/settings/").status_code == 302
    assert client.get("/accounts/settings/").status_code == 200


def test_a_new_password_asks_first_who_she_is(client, learner):
    sign_in(client, learner, proved_at=time.time() - 3600)
    response = client.get("/accounts/password/change/")
    assert response.url.startswith("/accounts/reauthenticate/")


def test_a_new_password_ends_other_sessions_and_is_announced(client, learner):
    learner.confirm_contacts()
    other = type(client)()
    other.force_login(learner)
    sign_in(client, learner)
    client.post("/accounts/password/change/", {"password1": "four words of mine"})
    learner.refresh_from_db()
    assert learner.check_password("four words of mine")
    assert other.get("/accounts/settings/").status_code == 302
    assert client.get("/accounts/settings/").status_code == 200
    assert mail.outbox[-1].subject == "Your account"


def test_a_new_email_address_needs_its_code(client, learner):
    learner.confirm_contacts()
    sign_in(client, learner)
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    learner.refresh_from_db()
    assert learner.email != "new@example.org"
    code = next(word for word in mail.outbox[-1].body.split() if word.isdigit())
    client.post("/accounts/confirm-email/", {"code": code})
    learner.refresh_from_db()
    assert learner.email == "new@example.org"
    assert EmailAddress.objects.get(user=learner).email == "new@example.org"


def test_a_new_phone_number_needs_its_code(client, learner, monkeypatch):
    sent = []
    monkeypatch.setattr("accounts.adapter.send_sms", lambda **message: sent.append(message))
    sign_in(client, learner)
    client.post("/accounts/phone/change/", {"phone": "+41 79 765 43 21"})
    learner.refresh_from_db()
    assert learner.phone is None
    code = next(word for word in sent[-1]["text"].split() if word.isdigit())
    client.post("/accounts/phone/verify/", {"code": code})
    learner.refresh_from_db()
    assert (learner.phone, learner.phone_verified) == ("+41797654321", True)


def test_her_copy_holds_what_the_account_knows(client, learner):
    sign_in(client, learner)
    response = client.get("/accounts/privacy/download/")
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    account = json.loads(archive.read("accounts.json"))
    assert account["email"] == learner.email
    assert account["roles"] == ["learner"]


def test_her_copy_asks_first_who_she_is(client, learner):
    sign_in(client, learner, proved_at=time.time() - 3600)
    assert client.get("/accounts/privacy/download/").url.startswith("/accounts/reauthenticate/")


def test_erasing_leaves_a_row_without_a_name(client, learner):
    learner.confirm_contacts()
    sign_in(client, learner)
    response = client.post("/accounts/privacy/", {"sure": "yes"})
    assert response.url == "/"
    name = learner.public_name
    learner.refresh_from_db()
    assert (learner.email, learner.phone, learner.public_name, learner.is_active) == (None, None, "", False)
    assert learner.erased_at
    assert not learner.has_usable_password()
    assert not EmailAddress.objects.exists()
    assert client.get("/accounts/settings/").status_code == 302
    entry = ModelLogEntry.objects.get(action="accounts.erase")
    assert name not in entry.label


def test_erasing_asks_first_who_she_is_and_whether_she_is_sure(client, learner):
    sign_in(client, learner, proved_at=time.time() - 3600)
    assert client.post("/accounts/privacy/", {"sure": "yes"}).url.startswith("/accounts/reauthenticate/")
    sign_in(client, learner)
    client.post("/accounts/privacy/", {})
    learner.refresh_from_db()
    assert learner.is_active


def test_two_people_may_have_no_email(db):
    for number in ("+41791234567", "+41791234568"):
        user = UserFactory(email="", phone=number)
        assert user.email is None


OWN_PAGES = ["settings/", "privacy/", "privacy/download/", "password/change/", "email/", "phone/change/", "2fa/"]


@pytest.mark.parametrize("address", OWN_PAGES)
def test_nobody_else_sees_these_pages(client, address):
    response = client.get(f"/accounts/{address}")
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")
