"""Words that a phone sends late: for whom they count, once, and what is told when they cannot be taken."""

import uuid

import pytest
from django.urls import reverse

from courses.models import Post
from courses.peers import ask
from courses.sharing import Consent, give_consent
from courses.tickets import device_key
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def post_of(person, text="Which curtain?", **values):
    return {"text": text, "client_id": str(uuid.uuid4()), "learner": device_key(person)} | values


def talk_url(lesson):
    return reverse("courses:talk", args=[lesson.lesson_key])


def test_words_that_arrive_twice_are_one_post_and_the_phone_is_told_where(client, enrolled, lesson):
    client.force_login(enrolled)
    form = post_of(enrolled)
    told = [client.post(talk_url(lesson), form).json()["url"] for _twice in range(2)]
    post = Post.objects.get()
    assert told == [f"{talk_url(lesson)}#post-{post.pk}"] * 2


def test_words_of_another_wait_and_are_not_taken_for_hers(client, enrolled, friend, lesson):
    client.force_login(friend)
    assert client.post(talk_url(lesson), post_of(enrolled)).status_code == 401
    client.logout()
    assert client.post(talk_url(lesson), post_of(enrolled)).status_code == 401
    assert not Post.objects.exists()


def test_words_that_cannot_be_taken_are_not_asked_for_again(client, enrolled, lesson):
    client.force_login(enrolled)
    for form in (post_of(enrolled, text=" "), post_of(enrolled, answer=str(uuid.uuid4()))):
        answer = client.post(talk_url(lesson), form)
        assert (answer.status_code, answer.json()) == (200, {"url": ""})
    assert not Post.objects.exists()


def test_who_has_not_joined_writes_nothing_late_either(client, outsider, lesson):
    client.force_login(outsider)
    assert client.post(talk_url(lesson), post_of(outsider)).status_code == 403
    assert not Post.objects.exists()


def test_what_she_says_about_a_video_arrives_once(client, sent, member, group, peer):
    give_consent(submission=sent, consent=Consent("group"), by=member)
    sent.refresh_from_db()
    ask(submission=sent, by=member)
    url = reverse("courses:group_video", args=[sent.pk])
    form = {"works": "Light", "works_too": "Sound", "to_try": "Closer"}
    form |= {"client_id": str(uuid.uuid4()), "learner": device_key(peer)}
    client.force_login(member)
    assert client.post(url, form).status_code == 401
    client.force_login(peer)
    assert [client.post(url, form).json()["url"] for _twice in range(2)] == [url, url]
    assert Post.objects.get(video=sent).writer == peer


def test_each_form_has_a_draft_of_its_own_and_a_sent_one_is_forgotten(client, sent, member, course):
    client.force_login(member)
    feedback = client.get(reverse("courses:feedback", args=[sent.pk])).content.decode()
    assert f'data-clear-draft="send:{sent.lesson_key}:{sent.piece_id}:1"' in feedback
    send = reverse("courses:send", args=[sent.lesson_key, sent.piece_id])
    type(sent).objects.update(state="again", decided_at=sent.sent_at)
    assert f'data-draft="send:{sent.lesson_key}:{sent.piece_id}:2"' in client.get(send).content.decode()
    lesson = make.make_lesson(course, make.text())
    assert f'data-draft="talk:{lesson.lesson_key}:"' in client.get(talk_url(lesson)).content.decode()
    client.post(talk_url(lesson), post_of(member))
    post = Post.objects.get()
    answer = client.get(talk_url(lesson), {"answer": str(post.pk)}).content.decode()
    assert f'data-draft="talk:{lesson.lesson_key}:{post.pk}"' in answer
