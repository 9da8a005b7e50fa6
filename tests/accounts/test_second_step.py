"""Who moves money or rights gives a second factor before the admin opens."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

pytestmark = pytest.mark.django_db
PEOPLE = ["preparer", "approver", "administrator"]


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_STAFF_MFA = True


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("who", PEOPLE)
def test_without_a_second_step_the_admin_leads_to_setting_it_up(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/admin/").url == "/accounts/2fa/totp/activate/"


def test_an_instructor_needs_none(client, instructor):
    client.force_login(instructor)
    assert client.get("/admin/").status_code == 200


def test_with_a_second_step_set_up_but_not_given_the_admin_asks_for_it(client, preparer):
    TOTP.activate(preparer, generate_totp_secret())
    client.force_login(preparer)
    assert client.get("/admin/reports/").url.startswith("/accounts/2fa/reauthenticate/?next=%2Fadmin%2Freports%2F")


def test_signing_in_with_password_and_code_opens_the_admin(client, preparer):
    preparer.confirm_contacts()
    secret = generate_totp_secret()
    TOTP.activate(preparer, secret)
    response = client.post("/accounts/login/", {"login": preparer.email, "password": "secret"})
    assert response.url == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/settings/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


def test_setting_it_up_shows_recovery_codes_and_each_works_once(client, preparer):
    preparer.confirm_contacts()
    client.post("/accounts/login/", {"login": preparer.email, "password": "secret"})
    page = client.get("/accounts/2fa/totp/activate/")
    if page.status_code == 302:
        client.post(page.url, {"password": "secret"})
        page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert response.url.startswith("/accounts/2fa/recovery-codes/")
    assert client.get(response.url).status_code == 200
    codes = Authenticator.objects.get(user=preparer, type="recovery_codes").wrap().get_unused_codes()
    client.logout()
    client.post("/accounts/login/", {"login": preparer.email, "password": "secret"})
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert client.get("/admin/").status_code == 200
    left = Authenticator.objects.get(user=preparer, type="recovery_codes").wrap().get_unused_codes()
    assert codes[0] not in left


def test_where_it_is_not_required_the_admin_opens(client, preparer, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(preparer)
    assert client.get("/admin/").status_code == 200


class TestAWayBack:
    """Both the phone and the recovery codes are lost."""

    def test_another_administrator_takes_the_second_step_away(self, client, preparer, administrator):
        TOTP.activate(preparer, generate_totp_secret())
        client.force_login(preparer)
        call_command("reset_second_step", preparer.email, by=administrator.email)
        assert not Authenticator.objects.filter(user=preparer).exists()
        assert client.get("/accounts/settings/").status_code == 302
        entry = ModelLogEntry.objects.get(action="accounts.reset_second_step")
        assert entry.user == administrator

    def test_nobody_does_it_for_herself_and_only_administrators_do_it(self, preparer, administrator, learner):
        TOTP.activate(administrator, generate_totp_secret())
        for contact, by in [
            (administrator.email, administrator.email),
            (administrator.email, learner.email),
            ("nobody@example.org", administrator.email),
        ]:
            with pytest.raises(CommandError):
                call_command("reset_second_step", contact, by=by)
        assert Authenticator.objects.filter(user=administrator).exists()
