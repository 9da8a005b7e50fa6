"""What one does about words one does not want to see: hiding, blocking, reporting."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses import talk
from courses.enrolment import enrol
from courses.models import Block, HiddenPost, Notice, Post, PostReport
from courses.talk import TalkRefused
from tests.courses.talking import act, html_of, send, write
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def test_hidden_words_are_gone_for_her_alone(client, enrolled, friend, outsider, course, lesson):
    post = write(friend, lesson, "Not for me")
    write(friend, lesson, "Below it", answers=post)
    for _twice in range(2):
        act(client, enrolled, post, "hide")
    assert HiddenPost.objects.count() == 1
    page = html_of(client, enrolled, lesson)
    assert "Not for me" not in page
    assert "Below it" not in page
    enrol(learner=outsider, course=course)
    assert "Not for me" in html_of(client, outsider, lesson)
    assert act(client, friend, post, "hide").status_code == 404  # her own: she takes it back


def test_of_two_people_of_whom_one_blocked_the_other_neither_sees_the_other(client, enrolled, friend, outsider, course):
    lesson, second = make.make_lesson(course), make.make_lesson(course, title="Second")
    hers, theirs = write(enrolled, lesson, "Words of hers"), write(friend, second, "Words of theirs")
    enrol(learner=outsider, course=course)
    third = write(outsider, lesson, "A third")
    write(friend, lesson, "Friend answers the third", answers=third)
    assert act(client, enrolled, theirs, "block").status_code == 302
    for page in (html_of(client, enrolled, lesson), html_of(client, enrolled, second)):
        assert "Words of theirs" not in page
        assert "Friend answers" not in page
    assert "A third" in html_of(client, enrolled, lesson)
    assert "Words of hers" not in html_of(client, friend, lesson)
    assert act(client, friend, hers, "report", reason="unkind").status_code == 404
    client.force_login(friend)
    refused = send(client, lesson, answer=str(hers.pk), text="Kept for me")
    assert refused.status_code == 422
    for words in ("Kept for me", "What you want to answer is not there any more."):
        assert words in refused.content.decode()
    assert "Words of hers" in html_of(client, outsider, lesson)
    assert "Words of theirs" in html_of(client, outsider, second)


def test_nobody_hides_from_who_looks_after_the_course(client, enrolled, friend, instructor, administrator, lesson):
    said = write(instructor, lesson, "Be kind")
    theirs = write(friend, lesson, "Words of theirs")
    for person in (instructor, administrator):
        Block.objects.create(learner=friend, person=person)
        assert theirs in Post.objects.visible_to(person)
    assert said not in Post.objects.visible_to(friend)
    write(instructor, lesson, answers=theirs)
    assert not Notice.objects.filter(learner=friend).exists()
    talk.block(writer_of=theirs, by=instructor)  # her own wish counts
    assert theirs not in Post.objects.visible_to(instructor)


@pytest.mark.parametrize("action", ["hide", "block"])
def test_her_own_words_are_found_and_taken_back_where_she_sees_nothing_more(
    client, enrolled, friend, outsider, lesson, action
):
    question = write(friend, lesson, "Question of theirs")
    mine = write(enrolled, lesson, "Answer of mine", answers=question)
    act(client, enrolled, question, action)
    assert "Answer of mine" in client.get(reverse("courses:blocked")).content.decode()
    assert client.get(reverse("courses:post", args=[mine.pk])).status_code == 200
    client.force_login(outsider)
    assert "Answer of mine" not in client.get(reverse("courses:blocked")).content.decode()
    assert act(client, enrolled, mine, "take back").status_code == 302
    mine.refresh_from_db()
    assert mine.text == ""


def test_hidden_words_are_shown_again_to_her_who_hid_them(client, enrolled, friend, outsider, lesson):
    post = write(friend, lesson, "Not for me")
    act(client, enrolled, post, "hide")
    blocked = reverse("courses:blocked")
    client.force_login(outsider)
    client.post(blocked, {"post": str(post.pk)})
    assert HiddenPost.objects.exists()
    client.force_login(enrolled)
    assert str(post.pk) in client.get(blocked).content.decode()
    assert client.post(blocked, {"post": "nonsense"}).status_code == 404
    for _twice in range(2):
        assert client.post(blocked, {"post": str(post.pk)}).status_code == 302
    assert "Not for me" in html_of(client, enrolled, lesson)


def test_the_page_of_what_she_does_not_see_asks_the_same_however_much_it_is(
    client, enrolled, lesson, django_assert_max_num_queries
):
    client.force_login(enrolled)
    url = reverse("courses:blocked")

    def asked():
        client.get(url)
        with django_assert_max_num_queries(10) as captured:
            client.get(url)
        return len(captured)

    def add(number):
        for _ in range(number):
            hidden, blocked = (write(UserFactory(), lesson) for _ in range(2))
            write(enrolled, lesson, answers=hidden)
            Post.objects.filter(writer=enrolled).update(written_at=timezone.now() - timedelta(days=2))
            talk.hide(post=hidden, by=enrolled)
            talk.block(writer_of=blocked, by=enrolled)

    add(3)
    few = asked()
    add(20)
    assert asked() == few


def test_only_she_who_blocked_sees_it_and_ends_it(client, enrolled, friend, lesson):
    post = write(friend, lesson, "Words of theirs")
    act(client, enrolled, post, "block")
    block = Block.objects.get()
    blocked = reverse("courses:blocked")
    client.force_login(friend)
    assert enrolled.public_name not in client.get(blocked).content.decode()
    client.post(blocked, {"block": str(block.pk)})
    assert Block.objects.exists()
    client.force_login(enrolled)
    assert "Mei" in client.get(blocked).content.decode()
    assert client.post(blocked, {"block": "nonsense"}).status_code == 404
    assert client.post(blocked, {"block": str(block.pk)}).status_code == 302
    assert "Words of theirs" in html_of(client, enrolled, lesson)


def test_nobody_blocks_hides_or_reports_herself(client, enrolled, lesson):
    post = write(enrolled, lesson)
    talk.block(writer_of=post, by=enrolled)
    assert act(client, enrolled, post, "report", reason="unkind").status_code == 422
    assert not Block.objects.exists()
    assert not PostReport.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(learner=enrolled, person=enrolled)


def test_a_report_is_made_once_and_hides_the_words_from_her(client, enrolled, friend, lesson):
    post = write(friend, lesson, "Buy this")
    assert act(client, enrolled, post, "report", reason="nonsense").status_code == 422
    assert act(client, enrolled, post, "report", reason="selling", note="Look").status_code == 302
    talk.report(post=post, reason="other", note="", by=enrolled)
    report = PostReport.objects.get()
    assert (report.reason, report.note, report.words) == ("selling", "Look", "Buy this")
    assert "Buy this" not in html_of(client, enrolled, lesson)
    talk.take_back(post=post, by=friend)
    report.refresh_from_db()
    assert report.words == "Buy this"  # what was said does not vanish from those who must decide


def test_reporting_has_an_end(enrolled, friend, lesson, monkeypatch):
    monkeypatch.setattr(talk, "MOST_REPORTS_A_DAY", 1)
    first, second = write(friend, lesson), write(friend, lesson)
    talk.report(post=first, reason="unkind", note="", by=enrolled)
    with pytest.raises(TalkRefused):
        talk.report(post=second, reason="unkind", note="", by=enrolled)
