"""Reviewing: the queue, one reviewer at a time, drafts that survive, one answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import review
from courses.models import LessonCompletion, Review, ReviewNote, Submission
from courses.shelves import add_teacher
from courses.submissions import submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

FULL = {"0": 3, "1": 2}


def send(learner, lesson, **values):
    asset = make.make_asset(learner, **values)
    return submit(learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset, note="Please look")


@pytest.fixture
def task(course, enrolled):
    return make.make_lesson(course, make.assignment())


@pytest.fixture
def sent(enrolled, task):
    return send(enrolled, task)


@pytest.fixture
def colleague(shelf, instructor):
    person = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=person, by=instructor)
    return person


def desk(submission):
    return reverse("courses:review", args=[submission.pk])


def decide(submission, by, decision="pass", **fields):
    defaults = {"scores": FULL, "summary": "Lovely light."}
    return review.decide(submission=submission, by=by, decision=decision, **(defaults | fields))


def test_the_queue_is_oldest_first_and_hides_what_cannot_be_watched(client, instructor, sent, course):
    older = send(sent.learner, make.make_lesson(course, make.assignment(make.make_rubric()), title="Older"))
    Submission.objects.filter(pk=older.pk).update(sent_at=timezone.now() - timedelta(days=2))
    lesson = make.make_lesson(course, make.assignment(make.make_rubric()), title="Later")
    arriving = send(sent.learner, lesson, state="preparing")
    client.force_login(instructor)
    page = client.get(reverse("courses:queue")).content.decode()
    assert page.index(desk(older)) < page.index(desk(sent))
    assert desk(arriving) not in page
    assert "1 more video is being prepared" in page
    assert "waits less than a minute" in page
    assert "waits 2\xa0days" in page


def test_the_queue_is_only_for_the_shelf(client, sent, learner, administrator):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    assert desk(sent) not in client.get(reverse("courses:queue")).content.decode()
    assert client.get(desk(sent)).status_code == 404
    assert client.post(desk(sent), {"action": "take"}).status_code == 404
    for person in (learner, administrator):
        client.force_login(person)
        assert client.get(reverse("courses:queue")).status_code == 404
        assert client.get(desk(sent)).status_code == 404
    client.logout()
    assert client.get(desk(sent)).url.startswith(reverse("account_login"))
    assert client.get(reverse("courses:queue")).url.startswith(reverse("account_login"))


def test_nobody_reviews_her_own_video(client, instructor, course, task):
    from courses.enrolment import enrol

    enrol(learner=instructor, course=course)
    own = send(instructor, task)
    client.force_login(instructor)
    assert client.get(desk(own)).status_code == 404
    with pytest.raises(review.ReviewRefused):
        review.take(submission=own, by=instructor)


def test_one_reviewer_at_a_time(sent, instructor, colleague):
    review.take(submission=sent, by=instructor)
    with pytest.raises(review.HeldByAnother):
        review.take(submission=sent, by=colleague)
    review.release(submission=sent, by=instructor)
    review.take(submission=sent, by=colleague)


def test_a_lease_ends_after_half_an_hour(sent, instructor, colleague):
    review.take(submission=sent, by=instructor)
    Submission.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    review.take(submission=sent, by=colleague)
    with pytest.raises(review.HeldByAnother):
        review.save_draft(submission=sent, by=instructor, scores={}, summary="late")


def test_take_the_oldest_skips_what_somebody_holds(client, sent, instructor, colleague, course):
    second = send(sent.learner, make.make_lesson(course, make.assignment(make.make_rubric()), title="Second"))
    review.take(submission=sent, by=colleague)
    client.force_login(instructor)
    assert client.post(reverse("courses:take_next")).url.startswith(desk(second))


def test_a_draft_is_kept_over_release(client, sent, instructor):
    client.force_login(instructor)
    client.post(desk(sent), {"action": "take"})
    client.post(desk(sent), {"action": "save", "summary": "Half a thought", "score-0": "2"})
    client.post(desk(sent), {"action": "release", "summary": "Half a thought, more", "score-0": "2"})
    assert Submission.objects.get().reviewer is None
    client.post(desk(sent), {"action": "take"})
    assert "Half a thought, more" in client.get(desk(sent)).content.decode()


def test_notes_are_typed_as_a_moment(client, sent, instructor):
    client.force_login(instructor)
    client.post(desk(sent), {"action": "take"})
    fields = {"action": "note", "note_at": "0:42", "note_text": "Hold this shot", "summary": "kept"}
    assert client.post(desk(sent), fields).url == desk(sent) + "?t=42#notes"
    client.post(desk(sent), fields)  # a second tap
    note = ReviewNote.objects.get()
    assert (note.at_ms, note.clock) == (42_000, "0:42")
    page = client.get(desk(sent)).content.decode()
    assert "Hold this shot" in page
    assert "kept" in page
    client.post(desk(sent), {"action": f"remove:{note.pk}"})
    assert not ReviewNote.objects.exists()


def test_a_moment_that_is_none_keeps_every_word(client, sent, instructor):
    client.force_login(instructor)
    client.post(desk(sent), {"action": "take"})
    response = client.post(desk(sent), {"action": "note", "note_at": "soon", "note_text": "Words", "summary": "More"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "for example 0:42" in page
    assert "Words" in page
    assert "More" in page


def test_a_lost_lease_keeps_every_word(client, sent, instructor, colleague):
    client.force_login(instructor)
    client.post(desk(sent), {"action": "take"})
    Submission.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    review.take(submission=sent, by=colleague)
    response = client.post(desk(sent), {"action": "save", "summary": "A long text"})
    assert response.status_code == 409
    assert "A long text" in response.content.decode()


def test_the_script_saves_drafts_and_hears_why_not(client, sent, instructor, colleague):
    client.force_login(instructor)
    client.post(desk(sent), {"action": "take"})
    quiet = {"headers": {"X-Requested-With": "fetch"}}
    told = client.post(desk(sent), {"action": "save", "summary": "So far", "note_text": "half a no"}, **quiet)
    assert told.json() == {"saved": True}
    assert not ReviewNote.objects.exists()
    review.release(submission=sent, by=instructor)
    review.take(submission=sent, by=colleague)
    told = client.post(desk(sent), {"action": "save", "summary": "So far"}, **quiet)
    assert told.status_code == 409
    assert told.json()["saved"] is False


def test_a_pass_finishes_the_piece_and_the_course(sent, instructor, enrolled, course):
    decide(sent, instructor)
    sent.refresh_from_db()
    assert sent.state == "passed"
    assert LessonCompletion.objects.filter(learner=enrolled).count() == 1
    assert enrolled.graduations.get().course_key == course.course_key


def test_another_try_finishes_nothing_and_lets_her_send_again(client, sent, instructor, enrolled, task):
    decide(sent, instructor, "again")
    assert not LessonCompletion.objects.exists()
    client.force_login(enrolled)
    page = client.get(reverse("courses:feedback", args=[sent.pk])).content.decode()
    assert "Lovely light." in page
    assert "Send another try" in page
    assert send(enrolled, task).number == 2


@pytest.mark.parametrize("missing", [{"summary": "  "}, {"scores": {"0": 3}}, {"scores": {"0": 9, "1": 1}}])
def test_no_decision_without_words_and_points(sent, instructor, missing):
    with pytest.raises(review.Incomplete):
        decide(sent, instructor, **missing)
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_an_answer_is_given_once(sent, instructor, colleague):
    decide(sent, instructor)
    for person in (instructor, colleague):
        with pytest.raises(review.DecidedAlready):
            decide(sent, person, "again")
    assert Review.objects.exclude(decision="").count() == 1


def test_the_desk_sends_the_answer(client, sent, instructor, enrolled):
    client.force_login(instructor)
    client.post(desk(sent), {"action": "take"})
    data = {"action": "pass", "summary": "Well done", "score-0": "3", "score-1": "1"}
    response = client.post(desk(sent), data | {"note_at": "5", "note_text": "Here"}, follow=True)
    assert "Nothing waits for you" in response.content.decode()
    client.force_login(enrolled)
    dashboard = client.get(reverse("courses:dashboard")).content.decode()
    mine = reverse("courses:feedback", args=[sent.pk])
    assert mine in dashboard
    page = client.get(mine).content.decode()
    for words in ("Well done", "Here", 'data-seek-ms="5000"', "1 of 2"):
        assert words in page
    assert mine not in client.get(reverse("courses:dashboard")).content.decode()


def test_drafts_are_not_shown_to_the_learner(client, sent, instructor, enrolled):
    review.take(submission=sent, by=instructor)
    review.save_draft(submission=sent, by=instructor, scores={}, summary="Secret draft")
    client.force_login(enrolled)
    page = client.get(reverse("courses:feedback", args=[sent.pk])).content.decode()
    assert "Secret draft" not in page


@pytest.mark.once
def test_the_queue_and_the_desk_ask_little(client, instructor, course, django_assert_max_num_queries):
    from courses.enrolment import enrol

    lesson = make.make_lesson(course, make.assignment())
    client.force_login(instructor)
    counts = []
    for amount in (3, 297):
        for _ in range(amount):
            person = UserFactory()
            enrol(learner=person, course=course)
            send(person, lesson)
        client.get(reverse("courses:queue"))
        with django_assert_max_num_queries(10) as queue:
            client.get(reverse("courses:queue"))
        with django_assert_max_num_queries(10) as chosen:
            client.get(reverse("courses:queue"), {"course": course.course_key, "language": "en", "name": "person"})
        with django_assert_max_num_queries(14) as one:
            client.get(desk(Submission.objects.first()), {"one-by-one": 1})
        counts.append((len(queue), len(chosen), len(one)))
    assert counts[0] == counts[1]
