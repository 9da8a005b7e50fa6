"""A stranger opens what is public and nothing else: every address of the site is tried."""

import uuid

import pytest
from django.urls import URLResolver, get_resolver

pytestmark = pytest.mark.django_db

# What anyone may open. Everything else leads to signing in, or is not there.
PUBLIC = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_request_login_code",
    "account_reset_password",
    "account_password_reset_completed",
    "courses:issuer",
    "courses:key_set",
    "courses:revocations",
    "courses:verify",
    "creators:list",
    "creators:profile",
    "website:app_icon",
    "website:arrive",
    "website:healthz",
    "website:language",
    "website:manifest",
    "website:on_this_phone",
    "website:readyz",
    "website:robots",
    "website:search",
    "website:sitemap",
    "website:theme",
    "website:worker",
}
# The admin's own way in and the drawings and words that its sign-in page needs.
PUBLIC_IN_ADMIN = {
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "javascript_catalog",
}
DUMMIES = {"UUIDConverter": str(uuid.UUID(int=7)), "IntConverter": "7", "OutputName": "master.m3u8"}


def addresses(resolver: URLResolver | None = None, prefix: str = "/", namespace: str = ""):
    """Yield (name, address) of every path with a name, its arguments filled with things that do not exist."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = getattr(pattern.pattern, "_route", None)
        if route is None:
            continue  # regular expressions: Wagtail's pages and files, tried elsewhere
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__
            dummy = DUMMIES.get(kind, "x")
            start = route.rfind("<", 0, route.index(f"{name}>"))
            route = route[:start] + dummy + route[route.index(">", start) + 1 :]
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, prefix + route, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", prefix + route


def is_closed(response):
    return response.status_code in {401, 403, 404, 405, 410} or (
        response.status_code == 302 and response.url.startswith(("/accounts/login", "/accounts/signup", "/admin/login"))
    )


# Steps of a flow that a stranger has not begun lead back to its first page.
FLOW = ("account_confirm", "account_verify", "account_complete", "account_email_verification_sent", "mfa_authenticate")


def test_a_stranger_opens_nothing_that_is_not_public(client):
    tried = 0
    for name, address in addresses():
        if name in PUBLIC or address.startswith("/admin/"):
            continue
        for method in (client.get, client.post):
            response = method(address)
            begun_nowhere = name.startswith(FLOW) and response.status_code == 302
            assert is_closed(response) or begun_nowhere, (name, address, response.status_code)
            tried += 1
    assert tried > 60


def test_what_is_public_answers(client):
    found = dict(addresses())
    assert set(found) | {"courses:verify"} >= PUBLIC
    for name in (
        "website:arrive",
        "website:healthz",
        "website:readyz",
        "website:search",
        "website:worker",
        "creators:list",
    ):
        assert client.get(found[name]).status_code in {200, 302}, name


def test_a_stranger_opens_nothing_of_the_admin(client):
    tried = 0
    for name, address in addresses():
        if not address.startswith("/admin/") or name.split(":")[-1] in PUBLIC_IN_ADMIN:
            continue
        assert is_closed(client.get(address)), (name, address)
        tried += 1
    assert tried > 200


@pytest.mark.once
@pytest.mark.parametrize("who", ["learner", "outsider", "creator"])
def test_those_without_a_role_there_open_nothing_of_the_admin(client, request, who):
    client.force_login(request.getfixturevalue(who))
    for name, address in addresses():
        if not address.startswith("/admin/") or name.split(":")[-1] in PUBLIC_IN_ADMIN:
            continue
        response = client.get(address)
        assert response.status_code in {302, 403, 404, 405}, (name, address)
        if response.status_code == 302:
            assert not response.url.startswith("/admin/") or "login" in response.url, (name, address, response.url)
