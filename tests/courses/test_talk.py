"""Talking about a lesson: who reads and who writes, and how far."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses import privacy, talk
from courses.enrolment import enrol
from courses.models import Block, Cohort, Enrolment, Post, PostReport
from courses.talk import TalkRefused
from tests.courses.talking import act, html_of, page_of, send, write
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def test_learners_of_a_course_and_its_instructor_write_and_answer(client, enrolled, friend, instructor, lesson):
    client.force_login(enrolled)
    assert send(client, lesson, text="Where is the light?").status_code == 302
    question = Post.objects.get()
    client.force_login(friend)
    assert send(client, lesson, text="At my window", answer=str(question.pk)).status_code == 302
    client.force_login(instructor)
    reply = Post.objects.get(parent=question)
    assert send(client, lesson, text="Well found", answer=str(reply.pk)).status_code == 302
    assert Post.objects.filter(parent=question).count() == 2  # an answer to an answer joins the same conversation
    page = html_of(client, enrolled, lesson)
    for words in ("Where is the light?", "At my window", "Well found", "Mei", "Instructor"):
        assert words in page
    assert page.index("At my window") < page.index("Well found")


def test_the_lesson_leads_there_and_only_who_may_read_sees_the_way(client, enrolled, outsider, course):
    lesson = make.make_lesson(course, open_to_all=True)
    way = reverse("courses:talk", args=[lesson.lesson_key])
    client.force_login(enrolled)
    assert way in client.get(lesson.url).content.decode()
    client.force_login(outsider)
    assert way not in client.get(lesson.url).content.decode()
    client.logout()
    assert way not in client.get(lesson.url).content.decode()


def test_nobody_from_outside_reads_or_writes(client, enrolled, outsider, lesson, preparer):
    post = write(enrolled, lesson)
    other = UserFactory(role="instructor")
    elsewhere = make.make_course(make.make_shelf(other, "Other"), title="Elsewhere")
    stranger = UserFactory(role="learner")
    enrol(learner=stranger, course=elsewhere)
    for person in (outsider, other, stranger, preparer):
        assert page_of(client, person, lesson).status_code == 403
        assert send(client, lesson).status_code == 403
        assert client.get(reverse("courses:post", args=[post.pk])).status_code == 404
        for action in ("edit", "take back", "hide", "block", "report"):
            assert act(client, person, post, action, text="Mine").status_code == 404
    client.logout()
    for name, key in (("talk", lesson.lesson_key), ("post", post.pk)):
        assert client.get(reverse(f"courses:{name}", args=[key])).url.startswith(reverse("account_login"))
    assert client.get(reverse("courses:blocked")).url.startswith(reverse("account_login"))
    assert Post.objects.get().text == post.text


def test_an_address_of_nothing_is_not_found(client, enrolled, lesson, course):
    client.force_login(enrolled)
    assert client.get(reverse("courses:talk", args=[uuid.uuid4()])).status_code == 404
    assert client.get(reverse("courses:post", args=[uuid.uuid4()])).status_code == 404
    url = reverse("courses:talk", args=[lesson.lesson_key])
    for answer, status in (("nonsense", 404), (str(uuid.uuid4()), 422)):
        assert client.get(url, {"answer": answer}).status_code == 404
        assert send(client, lesson, answer=answer).status_code == status
    other = write(enrolled, make.make_lesson(course, title="Another"))
    assert send(client, lesson, answer=str(other.pk)).status_code == 422
    assert act(client, enrolled, other, "explode").status_code == 404


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), (" \r\n ", 422), ("x" * 2000, 302), ("x" * 2001, 422), ("a\0b", 422)]
)
def test_words_are_neither_missing_nor_endless(client, enrolled, lesson, text, status):
    client.force_login(enrolled)
    response = send(client, lesson, text=text)
    assert response.status_code == status
    assert Post.objects.count() == (status == 302)


def test_a_form_without_its_id_or_with_a_broken_one_writes_nothing(client, enrolled, lesson):
    client.force_login(enrolled)
    for broken in ("", "nonsense"):
        assert send(client, lesson, client_id=broken).status_code == 422
    assert not Post.objects.exists()


def test_words_stay_words(client, enrolled, lesson):
    write(enrolled, lesson, "<script>alert(1)</script> https://bad.example/ <b>bold</b>\r\n\r\nsecond")
    page = html_of(client, enrolled, lesson)
    assert "&lt;script&gt;" in page
    assert "<b>bold" not in page
    assert 'href="https://bad.example' not in page
    assert "<p>second</p>" in page
    assert 'dir="auto"' in page


def test_only_the_chosen_name_is_shown_and_leads_nowhere(client, enrolled, friend, lesson):
    write(friend, lesson)
    page = html_of(client, enrolled, lesson)
    assert "<bdi>Mei</bdi>" in page
    for secret in (friend.email, friend.username, f"/creators/{friend.pk}"):
        assert secret not in page


def test_a_form_sent_twice_is_one_post(client, enrolled, lesson):
    client.force_login(enrolled)
    key = str(uuid.uuid4())
    first, second = send(client, lesson, client_id=key), send(client, lesson, client_id=key)
    assert first.url == second.url
    assert Post.objects.count() == 1


def test_too_many_words_in_a_short_time_wait(client, enrolled, lesson):
    for _ in range(6):
        write(enrolled, lesson)
    client.force_login(enrolled)
    response = send(client, lesson, text="One more")
    assert response.status_code == 422
    assert "Take a break" in response.content.decode()
    assert "One more" in response.content.decode()
    Post.objects.update(written_at=timezone.now() - timedelta(minutes=11))
    assert send(client, lesson).status_code == 302


def test_a_conversation_ends_somewhere(enrolled, lesson, monkeypatch):
    monkeypatch.setattr(talk, "MOST_REPLIES", 2)
    question = write(enrolled, lesson)
    for _ in range(2):
        write(enrolled, lesson, answers=question)
    with pytest.raises(TalkRefused):
        write(enrolled, lesson, answers=question)


def test_she_changes_her_words_for_half_an_hour_and_takes_them_back_whenever_she_likes(
    client, enrolled, friend, lesson
):
    post = write(enrolled, lesson, "Mistake")
    answer = write(friend, lesson, "I see", answers=post)
    fields = {"text": "Better", "client_id": str(uuid.uuid4())}
    assert act(client, friend, post, "edit", **fields).status_code == 422
    assert act(client, enrolled, post, "edit", **fields).status_code == 302
    assert "Better" in html_of(client, friend, lesson)
    Post.objects.filter(pk=post.pk).update(written_at=timezone.now() - timedelta(minutes=31))
    assert act(client, enrolled, post, "edit", **fields | {"text": "Late"}).status_code == 422
    assert act(client, friend, post, "take back").status_code == 404
    assert act(client, enrolled, post, "take back").status_code == 302
    assert act(client, enrolled, post, "take back").status_code == 404
    page = html_of(client, friend, lesson)
    assert "These words were taken back." in page
    assert answer.text in page
    assert "Better" not in page
    assert Post.objects.get(pk=post.pk).text == ""
    client.force_login(friend)
    assert send(client, lesson, answer=str(post.pk)).status_code == 422


def test_after_an_answer_she_stands_in_its_conversation(client, enrolled, friend, lesson):
    question = write(friend, lesson)
    client.force_login(enrolled)
    url = send(client, lesson, answer=str(question.pk)).url
    assert url.endswith(f"?thread={question.pk}#post-{Post.objects.get(parent=question).pk}")


def test_who_teaches_and_has_joined_speaks_to_everybody(client, enrolled, instructor, course, lesson):
    enrol(learner=instructor, course=course)
    cohort = Cohort.objects.create(
        shelf=course.shelf, course_key=course.course_key, course_title=course.title, name="A", starts_on="2026-11-18"
    )
    Enrolment.objects.filter(learner=enrolled).update(cohort=cohort)
    question = write(enrolled, lesson, "Of the group")
    write(instructor, lesson, "To the group", answers=question)
    write(instructor, lesson, "To everybody")
    page = html_of(client, enrolled, lesson)
    assert "To the group" in page
    assert "To everybody" in page
    assert 'class="tag tag--quiet"' in html_of(client, instructor, lesson)  # she sees which group it is of


def test_who_began_a_conversation_sees_its_answers_in_whatever_group_she_is(enrolled, friend, course, lesson):
    question = write(enrolled, lesson)
    cohort = Cohort.objects.create(
        shelf=course.shelf, course_key=course.course_key, course_title=course.title, name="A", starts_on="2026-11-18"
    )
    Enrolment.objects.filter(learner=enrolled).update(cohort=cohort)
    answer = write(friend, lesson, answers=question)
    assert answer in Post.objects.visible_to(enrolled)
    talk.block(writer_of=answer, by=enrolled)
    assert answer not in Post.objects.visible_to(enrolled)


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"state": "removed"},
        {"removed_because": "No"},
        {"state": "taken back"},
    ],
)
def test_the_database_refuses_a_post_that_cannot_be(enrolled, lesson, values):
    post = write(enrolled, lesson)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**values)


def test_her_words_are_in_her_copy_and_go_with_her(client, enrolled, friend, lesson):
    post = write(enrolled, lesson, "My kitchen")
    write(friend, lesson, "Nice", answers=post)
    talk.report(post=post, reason="private", note="She shows her door", by=friend)
    talk.block(writer_of=Post.objects.get(parent=post), by=enrolled)
    copy = privacy.export(enrolled)
    assert copy["written_about_lessons"][0]["text"] == "My kitchen"
    assert copy["people_not_seen"] == ["Mei"]
    assert privacy.export(friend)["reported"][0]["note"] == "She shows her door"
    privacy.erase(enrolled)
    post.refresh_from_db()
    assert (post.state, post.text) == ("taken back", "")
    assert PostReport.objects.get().words == ""
    assert not Block.objects.exists()
    page = html_of(client, friend, lesson)
    assert "Nice" not in page  # she has reported what it answers
    assert "My kitchen" not in page


def test_the_page_asks_the_same_however_much_is_said(client, enrolled, course, lesson, django_assert_max_num_queries):
    def add(people):
        for _ in range(people):
            person = UserFactory()
            thread = write(person, lesson)
            for _ in range(3):
                write(person, lesson, answers=thread)

    add(3)
    client.force_login(enrolled)
    url = reverse("courses:talk", args=[lesson.lesson_key])

    def asked():
        client.get(url)
        with django_assert_max_num_queries(10) as captured:
            client.get(url)
        return len(captured)

    few = asked()
    add(30)
    assert asked() == few
