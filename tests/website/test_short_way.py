"""The short way: what is answered there is answered as anywhere else, and whatever is refused goes the whole way."""

import json
import re

import pytest
from django.db import OperationalError
from django.http import JsonResponse
from django.test import Client
from django.utils import timezone, translation

from accounts.sessions import SessionStore
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/learn/progress/"
TOKEN = "a" * 32
REPORT = {"events": "[]", "csrfmiddlewaretoken": TOKEN}


@pytest.fixture
def ways(settings):
    """Clients of the same reader: one is led the short way, the other the whole."""
    made = []
    for short in (settings.SHORT_WAYS, {}):
        settings.SHORT_WAYS = short
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies["csrftoken"] = TOKEN
        client.get("/healthz")  # loads the middleware with these settings
        made.append(client)
    return made


def told(response):
    """What a browser is told, without what is new each time or said of words that nobody reads."""
    headers = dict(response.headers)
    headers.pop("Content-Language", None)
    vary = {name.strip() for name in headers.pop("Vary", "").split(",")} - {"Accept-Language", ""}
    return response.status_code, headers, vary, re.sub(rb'value="\w{64}"', b"", response.content)


def test_a_report_gets_the_answer_and_the_headers_of_the_whole_way(ways):
    user = UserFactory()
    answers = []
    for client in ways:
        client.force_login(user)
        answers.append(told(client.post(PATH, REPORT)))
    assert answers[0] == answers[1]
    status, headers, _vary, body = answers[0]
    assert (status, json.loads(body)["kept"]) == (200, [])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def no_session(client, settings, monkeypatch):
    return {}


def forged(client, settings, monkeypatch):
    return {"csrfmiddlewaretoken": "b" * 32}


def elsewhere(client, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["hearthlight.example"]
    return {}


def insecure(client, settings, monkeypatch):
    settings.SECURE_SSL_REDIRECT = True
    client.handler.load_middleware()
    return {}


def no_report(client, settings, monkeypatch):
    client.force_login(UserFactory())
    return {"events": "{}"}


def database_away(client, settings, monkeypatch):
    client.force_login(UserFactory())

    def away(_store):
        raise OperationalError("gone")

    monkeypatch.setattr(SessionStore, "load", away)
    return {}


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(no_session, 401), (forged, 403), (elsewhere, 400), (insecure, 301), (no_report, 400), (database_away, 503)],
)
def test_a_refusal_is_what_it_is_on_the_whole_way(ways, settings, monkeypatch, trouble, status):
    answers = []
    for client in ways:
        with monkeypatch.context() as patch:
            sent = REPORT | trouble(client, settings, patch)
            answers.append(told(client.post(PATH, sent, headers={"Accept-Language": "zh-hans"})))
    assert answers[0][0] == status
    assert answers[0] == answers[1]
    assert ("Retry-After" in answers[0][1]) == (status == 503)


def test_another_method_is_refused(ways):
    assert [client.get(PATH).status_code for client in ways] == [405, 405]


def where_she_is(_request):
    return JsonResponse({"language": translation.get_language(), "zone": timezone.get_current_timezone_name()})


def test_her_language_and_zone_hold_and_not_those_of_who_was_there_before(client, settings):
    settings.SHORT_WAYS = {PATH: f"{__name__}.where_she_is"}
    translation.activate("en")
    client.force_login(UserFactory(language="zh-hans", time_zone="Asia/Shanghai"))
    assert client.post(PATH).json() == {"language": "zh-hans", "zone": "Asia/Shanghai"}


def test_who_signed_out_everywhere_reports_nothing(ways):
    short, _whole = ways
    user = UserFactory()
    short.force_login(user)
    assert short.post(PATH, REPORT).status_code == 200
    user.sign_out_everywhere()
    assert short.post(PATH, REPORT).status_code == 401
