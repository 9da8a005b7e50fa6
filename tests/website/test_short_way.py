"""The short way: what is answered there is answered as anywhere else, and whatever is refused goes the whole way."""

import json
import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone, translation

from accounts.sessions import SessionStore
from courses import tickets
from courses.completion import finish_lesson_if_due
from courses.enrolment import enrol
from courses.models import LessonCompletion
from courses.tickets import Ticket
from tests.factories import courses as make
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


@pytest.fixture
def watched(instructor):
    """Somebody in Shanghai, reading in Chinese, who has watched a minute to its end; and the report that says so."""
    user = UserFactory(language="zh-hans", time_zone="Asia/Shanghai")
    course = make.make_course(make.make_shelf(instructor))
    lesson = make.make_lesson(course, make.video(make.make_asset(duration_ms=60_000)))
    enrol(learner=user, course=course)
    opened = timezone.now() - timedelta(minutes=2)
    piece = Ticket(course.course_key, lesson.lesson_key, lesson.pieces[0].id, 60_000, opened)
    at = round(timezone.now().timestamp() * 1000)
    event = {"id": "e", "ticket": tickets.issue(user, piece), "played": [[0, 60_000]], "at": at, "ready": 4}
    return user, REPORT | {"events": json.dumps([event])}


def test_what_finishes_a_lesson_goes_the_whole_way_in_her_language_and_zone(ways, watched, monkeypatch):
    said = []

    def finish(**fields):
        said.append((translation.get_language(), timezone.get_current_timezone_name()))
        return finish_lesson_if_due(**fields)

    monkeypatch.setattr("courses.progress.finish_lesson_if_due", finish)
    user, report = watched
    for client in ways:
        client.force_login(user)
        answer = client.post(PATH, report)
        assert (answer.status_code, answer.json()["kept"]) == (200, ["e"])
    assert said[0] == ("zh-hans", "Asia/Shanghai")
    assert LessonCompletion.objects.filter(learner=user).count() == 1


def test_what_finishes_nothing_stays_on_the_short_way(ways, watched, monkeypatch):
    monkeypatch.delattr("courses.views.learn.progress.record")
    user, report = watched
    short, _whole = ways
    short.force_login(user)
    event = json.loads(report["events"])[0] | {"played": [[0, 15_000]]}
    answer = short.post(PATH, report | {"events": json.dumps([event])})
    (piece,) = answer.json()["pieces"].values()
    assert (piece["done"], 20 < piece["percent"] < 30) == (False, True)


def test_who_signed_out_everywhere_reports_nothing(ways):
    short, _whole = ways
    user = UserFactory()
    short.force_login(user)
    assert short.post(PATH, REPORT).status_code == 200
    user.sign_out_everywhere()
    assert short.post(PATH, REPORT).status_code == 401
