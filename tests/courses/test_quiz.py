"""Quizzes by plain forms: kept answers, kept attempts, one attempt a form."""

import uuid

import pytest
from django.urls import reverse

from courses.grading import quiz_of
from courses.models import PieceProgress, QuizAttempt
from courses.pieces import QUIZ
from tests.factories import courses as make


@pytest.fixture
def quiz_lesson(course, enrolled):
    return make.make_lesson(course, make.quiz(pass_mark=100), make.text())


def piece_of(lesson):
    return next(piece for piece in lesson.pieces if piece.kind == QUIZ)


def answers(lesson, *, right=True, **fields):
    """The form as she sends it."""
    data = {"client_id": str(uuid.uuid4()), "language": "en"}
    for question in quiz_of(piece_of(lesson)).questions:
        chosen = [choice.id for choice in question.options if choice.is_right == right]
        data[f"q-{question.id}"] = chosen if question.several else chosen[:1]
    return data | fields


def url(lesson):
    return reverse("courses:quiz", args=[lesson.lesson_key, piece_of(lesson).id])


def test_right_answers_pass_and_say_why(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    response = client.post(url(quiz_lesson), answers(quiz_lesson), follow=True)
    page = response.content.decode()
    assert "2 of 2 right" in page
    assert "About In front" in page
    assert "About A curtain" in page
    assert PieceProgress.objects.get().completed_at is not None
    assert f"#piece-{quiz_lesson.pieces[1].id}" in page


def test_wrong_answers_may_be_tried_again_and_are_kept(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    page = client.post(url(quiz_lesson), answers(quiz_lesson, right=False), follow=True).content.decode()
    assert "0 of 2 right" in page
    assert "About Behind" in page
    assert "Try again" in page
    assert not PieceProgress.objects.exists()
    client.post(url(quiz_lesson), answers(quiz_lesson))
    assert list(QuizAttempt.objects.values_list("passed", flat=True)) == [False, True]


def test_half_of_several_right_answers_is_not_right(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    data = answers(quiz_lesson)
    several = quiz_of(piece_of(quiz_lesson)).questions[1]
    data[f"q-{several.id}"] = data[f"q-{several.id}"][:1]
    client.post(url(quiz_lesson), data)
    assert QuizAttempt.objects.get().right == 1


def test_the_same_form_twice_is_one_attempt(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    data = answers(quiz_lesson)
    first, second = client.post(url(quiz_lesson), data), client.post(url(quiz_lesson), data)
    assert first.url == second.url
    assert QuizAttempt.objects.count() == 1


def test_a_missing_answer_keeps_the_others(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    data = answers(quiz_lesson)
    _first, second = quiz_of(piece_of(quiz_lesson)).questions
    del data[f"q-{second.id}"]
    response = client.post(url(quiz_lesson), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose an answer." in page
    assert page.count(" checked") == 1
    assert data["client_id"] in page
    assert not QuizAttempt.objects.exists()


def test_a_failed_try_later_does_not_take_a_pass_away(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    client.post(url(quiz_lesson), answers(quiz_lesson))
    client.post(url(quiz_lesson), answers(quiz_lesson, right=False))
    assert PieceProgress.objects.get().completed_at is not None


def test_an_answer_that_is_not_offered_is_refused(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    question = quiz_of(piece_of(quiz_lesson)).questions[0]
    data = answers(quiz_lesson, **{f"q-{question.id}": str(uuid.uuid4())})
    assert client.post(url(quiz_lesson), data).status_code == 422


def test_outsiders_neither_answer_nor_read(client, enrolled, outsider, quiz_lesson):
    client.force_login(enrolled)
    mine = client.post(url(quiz_lesson), answers(quiz_lesson)).url
    client.force_login(outsider)
    assert client.get(mine).status_code == 404
    assert client.post(url(quiz_lesson), answers(quiz_lesson)).status_code == 403
    client.logout()
    assert client.get(mine).url.startswith(reverse("account_login"))
    assert client.post(url(quiz_lesson)).url.startswith(reverse("account_login"))


def test_an_attempt_outlives_its_quiz(client, enrolled, quiz_lesson):
    client.force_login(enrolled)
    mine = client.post(url(quiz_lesson), answers(quiz_lesson)).url
    quiz_lesson.delete()
    assert "2 of 2 right" in client.get(mine).content.decode()
