"""A second opinion: asked of a colleague, read by the two, and unknown to the learner."""

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses import opinions, privacy, review
from courses.models import Notice, Review, SecondOpinion, Submission
from courses.review import DecidedAlready, HeldByAnother, ReviewRefused
from courses.shelves import add_teacher
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

FULL = {"0": 3, "1": 2}


@pytest.fixture
def colleague(shelf, instructor):
    """Another one who teaches on the shelf."""
    person = UserFactory(role="instructor", public_name="Rosa")
    add_teacher(shelf=shelf, teacher=person, by=instructor)
    return person


@pytest.fixture
def asked(sent, instructor, colleague):
    return opinions.ask(submission=sent, colleague=colleague, question="Is the light enough?", by=instructor)


def page(opinion):
    return reverse("courses:opinion", args=[opinion.pk])


def seen_by(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(f"courses:{name}", args=args))


def decide(sent, by):
    return review.decide(submission=sent, by=by, decision="pass", scores=FULL, summary="Lovely light.")


def test_from_the_desk_to_the_colleague_and_back(client, sent, instructor, colleague):
    client.force_login(instructor)
    desk, ask = reverse("courses:review", args=[sent.pk]), reverse("courses:ask_colleague", args=[sent.pk])
    client.post(desk, {"action": "take"})
    led = client.post(desk, {"action": "ask", "summary": "Half a thought", "score-0": "2"})
    assert led.url == ask
    assert Review.objects.get().summary == "Half a thought"  # the button saves everything
    assert client.post(ask, {"colleague": colleague.pk, "question": "Is the light enough?"}).url == desk
    opinion = SecondOpinion.objects.get()
    assert "has not answered yet" in client.get(desk).text
    assert page(opinion) in seen_by(client, colleague, "queue").text
    assert "Is the light enough?" in client.get(page(opinion)).text
    assert client.post(page(opinion), {"answer": "Yes, just enough."}).status_code == 302
    assert "Second opinions" not in client.get(reverse("courses:queue")).text
    client.force_login(instructor)
    assert "Yes, just enough." in client.get(desk).text
    assert "Answered" in client.get(reverse("courses:queue")).text


def test_who_asks_comes_back_to_what_she_had_chosen(client, sent, instructor, colleague):
    client.force_login(instructor)
    way = f"?one-by-one=1&course={sent.course_key}"
    desk, ask = reverse("courses:review", args=[sent.pk]) + way, reverse("courses:ask_colleague", args=[sent.pk]) + way
    client.post(desk, {"action": "take"})
    assert client.post(desk, {"action": "ask"}).url == ask
    assert f'href="{desk}"'.replace("&", "&amp;") in client.get(ask).text
    assert client.post(ask, {"colleague": colleague.pk, "question": "Is it?"}).url == desk


def test_only_the_two_read_it(client, asked, sent, instructor, colleague, shelf, outsider):
    opinions.give(opinion=asked, answer="Just enough.", by=colleague)
    third = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=third, by=instructor)
    for person in (third, outsider, sent.learner, instructor):
        client.force_login(person)
        assert client.get(page(asked)).status_code == 404
        assert client.post(page(asked), {"answer": "Mine"}).status_code == 404
    assert "Just enough." not in seen_by(client, third, "review", sent.pk).text
    assert "Second opinions" not in seen_by(client, third, "queue").text
    client.logout()
    assert client.get(page(asked)).url.startswith(reverse("account_login"))


def test_nobody_from_outside_asks(client, sent, outsider, colleague):
    elsewhere = UserFactory(role="instructor")
    make.make_shelf(elsewhere, "Other")
    for person in (outsider, sent.learner, elsewhere):
        assert seen_by(client, person, "ask_colleague", sent.pk).status_code == 404
        with pytest.raises(ReviewRefused):
            opinions.ask(submission=sent, colleague=colleague, question="?", by=person)


def test_only_who_teaches_there_too_is_asked(client, sent, instructor, outsider, colleague):
    for person in (outsider, sent.learner, instructor):
        with pytest.raises(ReviewRefused):
            opinions.ask(submission=sent, colleague=person, question="?", by=instructor)
    client.force_login(instructor)
    url = reverse("courses:ask_colleague", args=[sent.pk])
    for fields in ({"colleague": outsider.pk, "question": "?"}, {"colleague": colleague.pk, "question": " "}):
        assert client.post(url, fields).status_code == 422
    assert client.post(url, {"colleague": colleague.pk, "question": "x" * 1001}).status_code == 422
    assert not SecondOpinion.objects.exists()


def test_who_teaches_alone_is_told_so(client, sent, instructor):
    assert "Nobody else teaches here yet" in seen_by(client, instructor, "ask_colleague", sent.pk).text


def test_the_learner_is_told_once_and_only_of_the_answer(client, asked, sent, instructor, colleague):
    opinions.give(opinion=asked, answer="Just enough.", by=colleague)
    assert not Notice.objects.exists()
    decide(sent, instructor)
    assert Notice.objects.get().learner == sent.learner
    shown = seen_by(client, sent.learner, "feedback", sent.pk).text
    assert "Lovely light." in shown
    for words in ("Just enough.", "Is the light enough?", "Rosa"):
        assert words not in shown


def test_asking_takes_the_lease_and_no_more_than_that(asked, sent, instructor, colleague):
    sent.refresh_from_db()
    assert sent.is_held_by(instructor)
    with pytest.raises(HeldByAnother):
        opinions.ask(submission=sent, colleague=instructor, question="?", by=colleague)
    Submission.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    decide(sent, colleague)  # nobody waits for ever for somebody who went away
    sent.refresh_from_db()
    assert sent.state == "passed"


def test_one_question_is_open_at_a_time(asked, sent, instructor, colleague):
    with pytest.raises(ReviewRefused, match="asked already"):
        opinions.ask(submission=sent, colleague=colleague, question="And the sound?", by=instructor)
    opinions.give(opinion=asked, answer="Just enough.", by=colleague)
    opinions.ask(submission=sent, colleague=colleague, question="And the sound?", by=instructor)
    assert SecondOpinion.objects.count() == 2


def test_an_opinion_is_given_once_and_not_after_the_answer(client, asked, sent, instructor, colleague):
    later = SecondOpinion.objects.get(pk=asked.pk)
    decide(sent, instructor)
    with pytest.raises(DecidedAlready):
        opinions.give(opinion=later, answer="Too late", by=colleague)
    client.force_login(colleague)
    assert client.post(page(asked), {"answer": "Too late"}).status_code == 422
    assert "Too late" in client.post(page(asked), {"answer": "Too late"}).text
    assert "Second opinions" not in client.get(reverse("courses:queue")).text
    assert "has its answer already" in client.get(page(asked)).text


def test_what_was_said_stays_said(asked, colleague):
    opinions.give(opinion=asked, answer="Just enough.", by=colleague)
    with pytest.raises(ReviewRefused):
        opinions.give(opinion=asked, answer="On second thought, no.", by=colleague)
    assert SecondOpinion.objects.get().answer == "Just enough."


def test_while_an_answer_can_be_taken_back_no_opinion_is_asked_for(asked, sent, instructor, colleague, settings):
    settings.REVIEW_UNDO_SECONDS = 60
    review.choose(submission=sent, by=instructor, decision="pass", scores=FULL, summary="Lovely light.")
    with pytest.raises(DecidedAlready):
        opinions.give(opinion=asked, answer="Wait", by=colleague)
    review.undo(submission=sent, by=instructor)
    opinions.give(opinion=asked, answer="Wait", by=colleague)


def test_who_teaches_there_no_more_reads_it_no_more(client, asked, colleague, shelf):
    colleague.groups.remove(shelf.group)
    client.force_login(colleague)
    assert client.get(page(asked)).status_code == 404


def test_the_database_itself_holds_the_rules(asked, sent, instructor):
    for changes in ({"colleague": instructor}, {"answer": "Words without a time"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondOpinion.objects.update(**changes)


def test_copies_hold_her_own_words_and_the_learner_takes_all_with_her(asked, sent, instructor, colleague):
    opinions.give(opinion=asked, answer="Just enough.", by=colleague)
    copies = [json.dumps(privacy.export(one), cls=DjangoJSONEncoder) for one in (instructor, colleague, sent.learner)]
    assert ["Is the light enough?" in copy for copy in copies] == [True, False, False]
    assert ["Just enough." in copy for copy in copies] == [False, True, False]
    privacy.erase(sent.learner)
    assert not SecondOpinion.objects.exists()
