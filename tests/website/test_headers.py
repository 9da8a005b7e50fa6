"""The headers of every kind of answer."""

import re

import pytest

from config.settings.security import content_security_policy
from tests.factories.accounts import UserFactory
from website.models import HomePage

pytestmark = pytest.mark.django_db

KINDS = {
    "a page": "/en/",
    "a page of an app": "/search/?q=light",
    "signing in": "/accounts/login/",
    "a redirect": "/accounts/settings/",
    "nothing there": "/en/no/such/place/",
    "health": "/healthz",
    "text": "/robots.txt",
    "xml": "/sitemap.xml",
    "the admin": "/admin/",
}


@pytest.mark.parametrize("address", KINDS.values(), ids=KINDS.keys())
def test_every_answer_carries_the_headers_that_protect(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in re.search(r"script-src [^;]*", policy).group()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(), microphone=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_the_policy_is_that_of_the_settings_as_they_are_now(client, settings):
    assert "films.example" not in client.get("/healthz").headers["Content-Security-Policy"]
    settings.CONTENT_SECURITY_POLICY = content_security_policy(["https://films.example"])
    assert "media-src 'self' blob: https://films.example" in client.get("/healthz").headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/en/", "/search/", "/accounts/login/", "/accounts/signup/"])
def test_public_pages_allow_no_inline_script_or_style_and_have_none(client, address):
    response = client.get(address)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "frame-ancestors 'none'" in policy
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", html)


@pytest.mark.parametrize(
    "address", ["/en/", "/search/?q=film", "/accounts/login/", "/accounts/signup/", "/en/nowhere/"]
)
def test_no_page_asks_a_third_party_for_anything(client, address):
    html = client.get(address).content.decode()
    fetching = r"<(?:script|link|img|iframe|video|source|audio|form)\b[^>]*?(?:src|href|action|srcset)=\"([^\"]*)\""
    fetched = re.findall(fetching, html)
    assert fetched
    for url in fetched:
        assert not re.match(r"(https?:)?//", url), url


def test_nothing_third_party_in_the_admin_either(client):
    client.force_login(UserFactory(is_superuser=True))
    for address in ("/admin/", f"/admin/pages/{HomePage.objects.get().pk}/edit/", "/admin/account/"):
        html = client.get(address).content.decode()
        for url in re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"([^\"]*)\"", html):
            assert not re.match(r"(https?:)?//", url), (address, url)


def test_a_preview_may_stand_in_a_frame_of_the_admin_only(client):
    client.force_login(UserFactory(is_superuser=True))
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
