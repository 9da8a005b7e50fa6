"""Her place in the queue, and how long answers took lately."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Submission
from courses.submissions import submit
from courses.waiting import wait_of
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def sent_in(course):
    """Return a function that lets somebody send a video in."""
    lesson = make.make_lesson(course, make.assignment())

    def send(learner, *, ago=timedelta(), took=None, lesson=lesson, **asset):
        sent = submit(
            learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(learner, **asset)
        )
        sent.sent_at = NOW - ago
        if took is not None:
            sent.state, sent.decided_at = "passed", sent.sent_at + took
        sent.save()
        return sent

    return send


def test_those_that_wait_longer_on_the_shelf_come_first(sent_in, enrolled, outsider):
    hour = timedelta(hours=1)
    sent_in(UserFactory(), ago=3 * hour)
    sent_in(UserFactory(), ago=2 * hour)
    sent_in(UserFactory(), ago=4 * hour, state="preparing")  # nobody can watch it yet
    sent_in(UserFactory(), ago=5 * hour, took=hour)
    elsewhere = make.make_course(make.make_shelf(outsider, "Elsewhere"), title="Another")
    sent_in(UserFactory(), ago=9 * hour, lesson=make.make_lesson(elsewhere, make.assignment()))
    hers = sent_in(enrolled, ago=hour)
    sent_in(UserFactory())
    assert wait_of(hers).ahead == 2


def test_what_is_usual_is_said_of_five_answers_and_more(sent_in, enrolled):
    hers = sent_in(enrolled)
    for hours in (1, 2, 30, 60):
        sent_in(UserFactory(), ago=timedelta(days=9), took=timedelta(hours=hours))
    assert wait_of(hers).days is None
    sent_in(UserFactory(), ago=timedelta(days=9), took=timedelta(hours=50))
    assert wait_of(hers).days == 2  # the middle one took thirty hours
    for _number in range(20):  # only the latest count
        sent_in(UserFactory(), ago=timedelta(days=1), took=timedelta(minutes=1))
    assert wait_of(hers).days == 1


def test_she_reads_it_while_she_waits_and_not_after(client, sent_in, enrolled, instructor):
    sent_in(UserFactory(), ago=timedelta(hours=1))
    hers = sent_in(enrolled)
    client.force_login(enrolled)
    page = reverse("courses:feedback", args=[hers.pk])
    assert "1 video came before yours and still waits." in client.get(page).content.decode()
    Submission.objects.exclude(pk=hers.pk).delete()
    assert "Yours comes next." in client.get(page).content.decode()
    Submission.objects.update(state="passed", decided_at=NOW)
    assert "Yours comes next." not in client.get(page).content.decode()
