"""Words that an instructor keeps: written once, used again, hers alone."""

import pytest
from django.urls import reverse

from courses import privacy, review
from courses.models import Phrase, ReviewNote
from courses.shelves import add_teacher
from courses.submissions import submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

WORDS = "Turn a little to the window."


@pytest.fixture
def desk(client, instructor, enrolled, course):
    """A function that posts to the desk of a video that the instructor has taken, and returns the page."""
    lesson = make.make_lesson(course, make.assignment())
    asset = make.make_asset(enrolled)
    sent = submit(learner=enrolled, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset)
    review.take(submission=sent, by=instructor)
    client.force_login(instructor)

    def act(**fields):
        url = reverse("courses:review", args=[sent.pk])
        return client.post(url, fields, follow=True) if fields else client.get(url)

    return act


def test_words_of_a_note_are_kept_once_and_only_when_she_says_so(desk, instructor):
    desk(action="note", note_text=WORDS, note_at="0:03")
    assert not instructor.phrases.exists()
    for moment in ("0:05", "0:09"):
        desk(action="note", note_text=f" {WORDS} ", note_at=moment, keep_words="on")
    assert [str(phrase) for phrase in instructor.phrases.all()] == [WORDS]
    assert ReviewNote.objects.count() == 3
    assert WORDS in desk().content.decode()


def test_without_a_script_they_go_behind_what_she_is_writing(desk, instructor):
    phrase = Phrase.objects.create(instructor=instructor, text=WORDS)
    response = desk(action=f"use:{phrase.pk}", note_text="Nice!", note_at="0:04", summary="Lovely.")
    assert response.context["form"]["note_text"].value() == f"Nice! {WORDS}"
    assert response.context["form"]["summary"].value() == "Lovely."
    assert not ReviewNote.objects.exists()


def test_they_can_be_forgotten(desk, instructor):
    phrase = Phrase.objects.create(instructor=instructor, text=WORDS)
    assert desk(action=f"forget:{phrase.pk}").status_code == 200
    assert not instructor.phrases.exists()
    assert desk(action="forget:nonsense").status_code == 404


def test_nobody_uses_or_forgets_those_of_another(desk, instructor, shelf):
    colleague = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=colleague, by=instructor)
    phrase = Phrase.objects.create(instructor=colleague, text=WORDS)
    assert WORDS not in desk().content.decode()
    assert desk(action=f"use:{phrase.pk}", note_text="Nice!").context["form"]["note_text"].value() == "Nice!"
    desk(action=f"forget:{phrase.pk}")
    assert colleague.phrases.exists()


def test_what_is_too_long_to_keep_is_not_lost(desk, instructor):
    response = desk(action="note", note_text="long " * 70, keep_words="on")
    assert response.status_code == 422
    assert "300 letters at most" in response.content.decode()
    assert "long long" in response.content.decode()
    assert not ReviewNote.objects.exists()


def test_they_are_in_her_copy_and_go_with_her(instructor):
    Phrase.objects.create(instructor=instructor, text=WORDS)
    assert privacy.export(instructor)["saved_comments"] == [WORDS]
    privacy.erase(instructor)
    assert not Phrase.objects.exists()
