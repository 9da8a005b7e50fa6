"""An answer can be taken back for a minute; until then nobody is told and nothing is finished."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import privacy, review
from courses.models import LessonCompletion, Notice, Review, Submission
from courses.queue import waiting_for
from courses.shelves import add_teacher
from courses.submissions import submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

FORM = {"action": "pass", "score-0": "3", "score-1": "2", "summary": "Lovely light."}


@pytest.fixture(autouse=True)
def a_minute(settings):
    settings.REVIEW_UNDO_SECONDS = 60


@pytest.fixture
def sent(enrolled, course):
    lesson = make.make_lesson(course, make.assignment())
    return submit(learner=enrolled, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(enrolled))


@pytest.fixture
def answered(client, instructor, sent):
    """The address of a desk where the instructor has just passed a video in her browser."""
    url = reverse("courses:review", args=[sent.pk])
    client.force_login(instructor)
    client.post(url, {"action": "take"})
    assert client.post(url, FORM).url == reverse("courses:queue")
    return url


def a_minute_later():
    Review.objects.exclude(chosen="").update(settles_at=timezone.now() - timedelta(seconds=1))
    return review.settle_due()


def test_nothing_happens_before_the_minute_is_over(client, answered, sent, enrolled, instructor):
    assert review.settle_due() == 0
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert not LessonCompletion.objects.exists()
    assert not Submission.objects.reviewable_by(instructor).waiting().exists()
    client.force_login(enrolled)
    assert "Lovely light." not in client.get(reverse("courses:feedback", args=[sent.pk])).content.decode()


def test_after_the_minute_it_is_final_and_happens_once(answered, sent, enrolled, instructor):
    assert not Notice.objects.exists()
    assert a_minute_later() == 1
    assert a_minute_later() == 0
    sent.refresh_from_db()
    assert sent.state == "passed"
    assert LessonCompletion.objects.filter(learner=enrolled).count() == 1
    assert [notice.learner for notice in Notice.objects.all()] == [enrolled]
    with pytest.raises(review.DecidedAlready):
        review.undo(submission=sent, by=instructor)


def test_she_takes_it_back_and_her_draft_is_as_it_was(client, answered, sent):
    queue = client.get(reverse("courses:queue")).content.decode()
    assert "Answered just now" in queue
    assert "Take it back" in client.get(answered).content.decode()
    page = client.post(answered, {"action": "undo"}, follow=True)
    assert page.context["form"]["summary"].value() == "Lovely light."
    assert a_minute_later() == 0
    sent.refresh_from_db()
    assert sent.state == "sent"
    client.post(answered, FORM | {"action": "again"})
    assert a_minute_later() == 1
    sent.refresh_from_db()
    assert sent.state == "again"


def test_too_late_is_said(client, answered):
    a_minute_later()
    response = client.post(answered, {"action": "undo"})
    assert response.status_code == 409
    assert "too late" in response.content.decode()


def test_nobody_takes_or_takes_back_what_another_has_answered(client, answered, sent, shelf, instructor):
    colleague = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=colleague, by=instructor)
    Submission.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    for act in (review.take, review.undo):
        with pytest.raises(review.DecidedAlready):
            act(submission=sent, by=colleague)
    assert review.take_next(by=colleague, among=waiting_for(colleague)) is None
    assert a_minute_later() == 1


def test_another_tab_changes_nothing_of_an_answer(client, answered, instructor):
    late = client.post(answered, FORM | {"action": "save", "summary": "Old"}, headers={"X-Requested-With": "fetch"})
    assert late.status_code == 409
    assert Review.objects.get().summary == "Lovely light."


def test_what_is_missing_is_said_at_once(client, instructor, sent):
    client.force_login(instructor)
    url = reverse("courses:review", args=[sent.pk])
    client.post(url, {"action": "take"})
    assert client.post(url, FORM | {"summary": ""}).status_code == 409
    assert not Review.objects.exclude(chosen="").exists()


def test_an_answer_to_somebody_who_has_left_stops_no_other(answered, enrolled, sent):
    privacy.erase(enrolled)
    assert a_minute_later() == 0
    assert not Review.objects.exclude(chosen="").exists()
    sent.refresh_from_db()
    assert sent.state == "unusable"


def test_an_answer_that_fails_holds_up_no_other_and_is_tried_again(answered, sent, enrolled, instructor, monkeypatch):
    def fail(**_signal):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(review, "finish_piece", fail)
        assert a_minute_later() == 0
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert review.settle_due() == 1
