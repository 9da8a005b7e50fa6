"""The daily mail: one a day in her zone, by day, and a way out that needs no account."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail, signing
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.urls import reverse

from courses import digest, notices
from courses.models import Digest, Notice
from courses.models.notices import Kind
from tests.factories.accounts import UserFactory

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def tell(person, event="lesson:1", at=NOON - timedelta(hours=1), title="Steady hands"):
    notices.tell(people=[person.pk], kind=Kind.NEWS, event=event, title=title, url="/learn/")
    Notice.objects.filter(learner=person, event=event).update(made_at=at)


@pytest.fixture(autouse=True)
def proved(learner):
    learner.confirm_contacts()


def stop_link():
    (line,) = (line for line in mail.outbox[-1].body.splitlines() if "/stop/" in line)
    return line.replace("http://localhost:8000", "")


def test_what_is_new_comes_in_one_mail_a_day(learner):
    tell(learner)
    tell(learner, "lesson:2", title="Clean sound")
    assert digest.send_due(NOON) == 1
    tell(learner, "lesson:3")
    assert digest.send_due(NOON + timedelta(hours=3)) == 0
    assert digest.send_due(NOON + timedelta(days=1)) == 1
    first = mail.outbox[0]
    assert first.to == [learner.email]
    assert "Steady hands" in first.body
    assert "Clean sound" in first.body
    assert reverse("courses:notices") in first.body
    assert "Steady" not in first.subject
    assert "Clean sound" not in mail.outbox[1].body


def test_what_happened_a_moment_ago_waits_and_what_she_has_read_never_comes(learner):
    tell(learner, at=NOON - timedelta(minutes=5))
    assert digest.send_due(NOON) == 0
    notices.mark_read(notices=Notice.objects.all(), by=learner)
    assert digest.send_due(NOON + timedelta(hours=1)) == 0
    assert not Digest.objects.exists()


@pytest.mark.parametrize(
    ("zone", "hour", "comes"),
    [
        ("UTC", 7, False),
        ("UTC", 8, True),
        ("UTC", 20, True),
        ("UTC", 21, False),
        ("Asia/Kolkata", 2, False),  # 7:30
        ("Asia/Kolkata", 3, True),
        ("America/Los_Angeles", 15, False),
        ("America/Los_Angeles", 16, True),
        ("Pacific/Kiritimati", 12, False),
        ("Nowhere/Atall", 12, True),  # counted as UTC
    ],
)
def test_never_at_night_where_she_lives(learner, zone, hour, comes):
    type(learner).objects.update(time_zone=zone)
    now = NOON.replace(hour=hour)
    tell(learner, at=now - timedelta(hours=1))
    assert digest.send_due(now) == comes


def test_the_day_is_hers(learner):
    type(learner).objects.update(time_zone="Pacific/Auckland")  # 13 hours ahead in November
    tell(learner)
    evening = NOON.replace(hour=7)  # 20:00 on the 22nd
    tell(learner, "lesson:2", at=evening - timedelta(hours=2))
    assert digest.send_due(evening) == 1
    tell(learner, "lesson:3", at=evening)
    assert digest.send_due(NOON.replace(hour=19)) == 1  # 8:00 on the 23rd, still the 22nd in UTC
    assert [str(row.day) for row in Digest.objects.order_by("day")] == ["2026-11-22", "2026-11-23"]


def test_who_has_no_address_or_is_gone_gets_none(learner):
    phone = UserFactory(email=None, phone="+255700000001")
    gone, unproved = UserFactory(), UserFactory()
    phone.confirm_contacts()
    gone.confirm_contacts()
    for person in (phone, gone, unproved):
        tell(person)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert digest.send_due(NOON) == 0


@pytest.mark.parametrize("server", ["Away", "Broken"])
def test_a_mail_that_failed_is_tried_again(learner, settings, server):
    tell(learner)
    settings.EMAIL_BACKEND = f"tests.courses.test_digest.{server}"
    assert digest.send_due(NOON) == 0
    assert not Digest.objects.exists()
    assert not Notice.objects.exclude(mailed_at=None).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert digest.send_due(NOON) == 1
    assert Notice.objects.get().mailed_at == NOON


class Away(BaseEmailBackend):
    """A mail server that is not there."""

    def open(self):
        raise OSError("no server")


class Broken(BaseEmailBackend):
    """A mail server that goes away while it is told; nothing may wait for it with a transaction open."""

    def send_messages(self, messages):
        assert not connection.savepoint_ids
        raise smtplib.SMTPServerDisconnected("gone")


class Refusing(BaseEmailBackend):
    """A mail server that does not know the address."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"nobody here")})


def test_an_address_that_takes_no_mail_is_not_asked_again_that_day(client, learner, settings):
    notices.switch(person=learner, off={("news", "app")})
    tell(learner)
    settings.EMAIL_BACKEND = "tests.courses.test_digest.Refusing"
    assert digest.send_due(NOON) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert digest.send_due(NOON + timedelta(days=1)) == 0
    client.force_login(learner)
    assert "Steady hands" in client.get(reverse("courses:notices")).content.decode()


def test_what_is_older_than_a_week_is_no_news(learner):
    tell(learner, at=NOON - timedelta(days=7, minutes=1))
    assert digest.send_due(NOON) == 0
    tell(learner, "lesson:2", at=NOON - timedelta(days=6))
    assert digest.send_due(NOON) == 1


def test_on_a_shared_phone_the_mail_does_not_say_what_it_is_about(learner):
    type(learner).objects.update(shared_phone=True)
    tell(learner)
    tell(learner, "lesson:2", title="Clean sound")
    digest.send_due(NOON)
    assert "Steady hands" not in mail.outbox[0].body
    assert mail.outbox[0].body.count("There is something new for you.") == 1


def test_the_mail_is_in_her_language(learner):
    type(learner).objects.update(language="zh-hans")
    tell(learner)
    digest.send_due(NOON)
    assert "新的一课：Steady hands" in mail.outbox[0].body


def test_a_long_list_ends(learner):
    for number in range(13):
        tell(learner, f"lesson:{number}", title=f"Lesson {number}")
    digest.send_due(NOON)
    assert "and 3 more" in mail.outbox[0].body
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_one_tap_in_the_mail_program_ends_it(client, learner):
    tell(learner)
    digest.send_due(NOON)
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = stop_link()
    assert headers["List-Unsubscribe"].endswith(f"{link}>")
    for secret in (learner.email, learner.public_name):
        assert secret not in link
    assert client.get(link).status_code == 200  # a filter that opens links ends nothing
    assert notices.switched_off(learner) == set()
    for _twice in range(2):
        assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert {channel for _kind, channel in notices.switched_off(learner)} == {"mail"}
    tell(learner, "lesson:2", at=NOON)
    assert digest.send_due(NOON + timedelta(days=1)) == 0
    learner.refresh_from_db()
    assert learner.notices_unread == 2


@pytest.mark.parametrize("token", ["x", "a:b:c", signing.dumps("nobody", salt="courses.digest"), signing.dumps("a")])
def test_a_link_that_is_not_ours_ends_nothing(client, learner, token):
    link = reverse("courses:stop_mail", args=[token])
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404


def test_the_mail_asks_the_same_for_many_people_in_one_zone(django_assert_max_num_queries, db):
    people = [UserFactory() for _ in range(3)]
    for person in people:
        person.confirm_contacts()
        tell(person)
    with django_assert_max_num_queries(3):
        assert set(digest._people_due(NOON)) == {person.pk for person in people}
