"""What an instructor chooses to see of her queue, and what she is given next."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import review
from courses.models import Submission
from courses.shelves import add_teacher
from courses.submissions import submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

QUEUE = reverse("courses:queue")
FULL = {"score-0": "3", "score-1": "2"}


@pytest.fixture(autouse=True)
def a_minute_to_undo(settings):
    settings.REVIEW_UNDO_SECONDS = 60


@pytest.fixture
def send(course):
    """Return a function that lets somebody send a video in, ``hours`` ago."""
    lessons = {}

    def sent_in(learner, hours, *, to=course):
        if to not in lessons:
            lessons[to] = make.make_lesson(to, make.assignment(make.make_rubric()))
        lesson = lessons[to]
        sent = submit(learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(learner))
        sent.sent_at = timezone.now() - timedelta(hours=hours)
        sent.save()
        return sent

    return sent_in


@pytest.fixture
def other_course(shelf):
    return make.make_course(shelf, title="Sound at home")


@pytest.fixture
def colleague(shelf, instructor):
    person = UserFactory(role="instructor", public_name="Ines")
    add_teacher(shelf=shelf, teacher=person, by=instructor)
    return person


@pytest.fixture
def two(send, other_course):
    """The older one is of the course, the newer one of another and from somebody who reads Chinese."""
    return (
        send(UserFactory(public_name="Asha"), 5),
        send(UserFactory(public_name="Mei Lin", language="zh-hans"), 1, to=other_course),
    )


def desk(submission):
    return reverse("courses:review", args=[submission.pk])


def listed(client, **chosen):
    """Return the videos that the queue shows for a choice, in their order."""
    page = client.get(QUEUE, chosen).content.decode()
    return re.findall(r'class="rows__title" href="/review/([0-9a-f-]{36})/', page)


def ids(*submissions):
    return [str(one.pk) for one in submissions]


def test_she_sees_one_course_one_language_or_one_name(client, instructor, two, other_course):
    older, newer = two
    client.force_login(instructor)
    assert listed(client) == ids(older, newer)
    assert listed(client, course=other_course.course_key) == ids(newer)
    assert listed(client, language="zh-hans") == ids(newer)
    assert listed(client, name="ASHA ") == ids(older)
    assert listed(client, course=other_course.course_key, name="asha") == []


def test_she_sees_what_nobody_has_what_she_has_and_what_others_have(client, instructor, colleague, two, send):
    older, newer = two
    third = send(UserFactory(), 0)
    review.take(submission=older, by=colleague)
    review.take(submission=newer, by=instructor)
    client.force_login(instructor)
    assert listed(client, held="other") == ids(older)
    assert listed(client, held="mine") == ids(newer)
    assert listed(client, held="free") == ids(third)
    Submission.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert listed(client, held="free") == ids(older, newer, third)


def test_she_sees_first_tries_or_later_ones(client, instructor, send, learner, two):
    Submission.objects.filter(pk=two[0].pk).update(number=2)
    client.force_login(instructor)
    assert listed(client, tries="later") == ids(two[0])
    assert listed(client, tries="first") == ids(two[1])


def test_a_choice_is_offered_where_there_is_one_and_only_of_her_own_shelves(client, instructor, two, send):
    elsewhere = make.make_course(make.make_shelf(UserFactory(role="instructor"), "Elsewhere"), title="Not for her eyes")
    send(UserFactory(language="fr"), 2, to=elsewhere)
    client.force_login(instructor)
    page = client.get(QUEUE).content.decode()
    assert 'name="course"' in page
    assert "Sound at home" in page
    assert 'name="held"' not in page
    assert 'name="tries"' not in page
    assert 'name="name"' not in page
    assert "Not for her eyes" not in page
    assert "français" not in page
    assert listed(client, course=elsewhere.course_key) == []
    Submission.objects.filter(pk=two[1].pk).delete()
    assert "Choose what you see" not in client.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    "hostile", [{"course": "x' OR 1"}, {"held": "x"}, {"tries": "9"}, {"name": "a\0"}, {"name": "x" * 999}]
)
def test_a_choice_that_cannot_be_understood_chooses_nothing(client, instructor, two, hostile):
    client.force_login(instructor)
    assert listed(client, **hostile) == ids(*two)


def test_an_empty_choice_says_so_and_leads_back_to_all(client, instructor, two):
    client.force_login(instructor)
    page = client.get(QUEUE, {"name": "<b>nobody"}).content.decode()
    assert "Nothing that you have chosen waits" in page
    assert f'href="{QUEUE}"' in page
    assert "<b>nobody" not in page
    assert client.post(reverse("courses:take_next"), {"name": "nobody"}).url == f"{QUEUE}?name=nobody"


def test_pages_keep_the_choice(client, instructor, two, send, course):
    for hours in range(21):
        send(UserFactory(), hours)
    client.force_login(instructor)
    page = client.get(QUEUE, {"language": "en"}).content.decode()
    assert "?language=en&amp;page=2" in page
    assert 'name="name"' in page


def test_take_the_oldest_and_every_next_one_stay_within_the_choice(client, instructor, two, send, other_course):
    older, newer = two
    newest = send(UserFactory(public_name="Noor"), 0, to=other_course)
    client.force_login(instructor)
    chosen = {"course": str(other_course.course_key)}
    first = client.post(reverse("courses:take_next"), chosen)
    assert first.url.startswith(desk(newer))
    second = client.post(first.url, {"action": "pass", "summary": "Good", **FULL})
    assert second.url.startswith(desk(newest))
    page = client.get(second.url).content.decode()
    assert "Answered just now" in page
    assert f'action="{desk(newer)}?one-by-one=1&amp;course={other_course.course_key}&amp;"' in page
    assert f'href="{QUEUE}?course={other_course.course_key}"' in page
    noted = client.post(second.url, {"action": "note", "note_at": "0:01", "note_text": "Here"})
    assert noted.url == f"{second.url}&t=1#notes"
    last = client.post(noted.url, {"action": "again", "summary": "Nearly", **FULL})
    assert last.url == f"{QUEUE}?course={other_course.course_key}"
    assert Submission.objects.get(pk=older.pk).reviewer is None


def test_what_she_takes_back_is_answered_anew_and_leads_on_as_before(client, instructor, two):
    older, newer = two
    client.force_login(instructor)
    first = client.post(reverse("courses:take_next")).url
    second = client.post(first, {"action": "pass", "summary": "Good", **FULL}).url
    again = client.post(first, {"action": "undo"}).url
    assert (again, second) == (f"{desk(older)}?one-by-one=1", f"{desk(newer)}?one-by-one=1")
    assert client.post(again, {"action": "again", "summary": "Nearly", **FULL}).url == second


def test_a_video_that_she_chose_from_the_list_leads_back_to_it(client, instructor, two):
    client.force_login(instructor)
    address = f"{desk(two[0])}?language=en"
    client.post(address, {"action": "take"})
    assert client.post(address, {"action": "pass", "summary": "Good", **FULL}).url == f"{QUEUE}?language=en"
    assert Submission.objects.get(pk=two[1].pk).reviewer is None


def test_put_back_leads_to_the_queue_and_takes_no_other(client, instructor, two):
    client.force_login(instructor)
    taken = client.post(reverse("courses:take_next"))
    assert client.post(taken.url, {"action": "release"}).url == QUEUE
    assert not Submission.objects.exclude(reviewer=None).exists()


def test_what_was_answered_just_now_is_not_being_prepared(client, instructor, two):
    client.force_login(instructor)
    taken = client.post(reverse("courses:take_next"))
    client.post(taken.url, {"action": "pass", "summary": "Good", **FULL})
    assert "being prepared" not in client.get(QUEUE).content.decode()
