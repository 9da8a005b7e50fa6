"""Words that were reported: who decides about them, and what the decision does."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses import moderation, talk
from courses.enrolment import enrol
from courses.models import Notice, Post, Silence
from courses.shelves import add_teacher
from courses.talk import TalkRefused
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def writer(course):
    person = UserFactory(role="learner", public_name="Mei")
    enrol(learner=person, course=course)
    return person


@pytest.fixture
def post(writer, enrolled, lesson):
    """Words that were reported."""
    made = write(writer, lesson, "Buy my course")
    talk.report(post=made, reason="selling", note="Third time", by=enrolled)
    return made


def write(writer, lesson, text="Hello", **values):
    return talk.write(writer=writer, lesson=lesson, text=text, client_id=uuid.uuid4(), **values)


def decide(client, by, post, decision, **fields):
    client.force_login(by)
    return client.post(reverse(f"talk:{decision}", args=[post.pk]), fields)


def page_of(client, person, lesson):
    client.force_login(person)
    return client.get(reverse("courses:talk", args=[lesson.lesson_key])).content.decode()


def logged():
    return list(ModelLogEntry.objects.order_by("timestamp", "pk").values_list("action", flat=True))


def test_the_instructor_finds_what_was_reported_without_who_reported_it(client, instructor, enrolled, post):
    type(enrolled).objects.filter(pk=enrolled.pk).update(public_name="Who reported")
    client.force_login(instructor)
    page = client.get(reverse("talk:index")).content.decode()
    assert "Window light" in page
    assert "Mei" in page
    page = client.get(reverse("talk:detail", args=[post.pk])).content.decode()
    for words in ("Buy my course", "Third time", "It wants to sell something"):
        assert words in page
    assert "Who reported" not in page
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("talk:index") in home


def test_kept_words_leave_the_list_and_may_be_reported_again(client, instructor, enrolled, post, lesson):
    assert decide(client, instructor, post, "keep").status_code == 302
    assert not Post.objects.reported().exists()
    assert post.reports.get().decision == "kept"
    assert "courses.keep_post" in logged()
    talk.report(post=post, reason="unkind", note="", by=enrolled)
    assert Post.objects.reported().count() == 1


def test_removed_words_leave_a_line_and_their_writer_reads_why(client, instructor, writer, outsider, course, post):
    assert decide(client, instructor, post, "remove", because="").status_code == 422
    assert decide(client, instructor, post, "remove", because="Nothing is sold here.").status_code == 302
    lesson = course.get_children().first().specific
    assert "Nothing is sold here." in page_of(client, writer, lesson)
    enrol(learner=outsider, course=course)
    page = page_of(client, outsider, lesson)
    assert "These words were removed." in page
    assert "Buy my course" not in page
    assert "Nothing is sold here." not in page
    assert client.get(reverse("courses:post", args=[post.pk])).status_code == 404
    entry = ModelLogEntry.objects.get(action="courses.remove_post")
    assert (entry.user, entry.data["because"]) == (instructor, "Nothing is sold here.")
    assert decide(client, instructor, post, "keep").status_code == 302
    assert "Buy my course" in page_of(client, outsider, lesson)


def test_of_words_put_back_no_notice_is_left_and_a_second_removal_is_told_again(instructor, writer, post):
    def unread():
        writer.refresh_from_db()
        return writer.notices_unread

    for _twice in range(2):
        moderation.remove(post=post, because="Nothing is sold here.", by=instructor)
    assert unread() == Notice.objects.count() == 1
    moderation.keep(post=post, by=instructor)
    assert unread() == Notice.objects.count() == 0
    moderation.remove(post=post, because="Nothing is sold here.", by=instructor)
    Notice.objects.update(read_at=timezone.now())
    moderation.keep(post=post, by=instructor)
    moderation.remove(post=post, because="Nothing is sold here.", by=instructor)
    assert Notice.objects.count() == 2
    assert unread() == 1


def test_a_silenced_person_reads_and_does_not_write(client, instructor, writer, post, lesson):
    assert decide(client, instructor, post, "silence", days="365", because="Too loud").status_code == 422
    assert decide(client, instructor, post, "silence", days="7", because="Too loud").status_code == 302
    page = page_of(client, writer, lesson)
    assert "Too loud" in page
    assert "Begin a conversation" not in page
    with pytest.raises(TalkRefused, match="Too loud"):
        write(writer, lesson)
    with pytest.raises(TalkRefused, match="Too loud"):
        talk.edit(post=post, text="Louder", by=writer)  # an older post is no way around it
    assert decide(client, instructor, post, "lift").status_code == 302
    write(writer, lesson)
    assert {"courses.silence", "courses.lift_silence"} <= set(logged())


def test_a_silence_ends_by_itself_and_holds_on_one_shelf_only(client, instructor, writer, post, lesson):
    decide(client, instructor, post, "silence", days="1", because="Too loud")
    elsewhere = make.make_course(make.make_shelf(UserFactory(role="instructor"), "Other"), title="Elsewhere")
    write(writer, make.make_lesson(elsewhere))
    long_ago = timezone.now() - timedelta(days=3)
    Silence.objects.update(made_at=long_ago, until=long_ago + timedelta(days=1))
    write(writer, lesson)


def test_an_instructor_decides_on_her_own_shelf_only_and_never_about_herself(
    client, instructor, administrator, writer, post, lesson
):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    own = write(instructor, lesson, "My own")
    talk.report(post=own, reason="unkind", note="", by=writer)
    for person, about in ((stranger, post), (instructor, own)):
        client.force_login(person)
        assert client.get(reverse("talk:detail", args=[about.pk])).status_code == 404
        assert str(about.pk) not in client.get(reverse("talk:index")).content.decode()
        for decision in ("keep", "remove", "silence", "lift"):
            assert decide(client, person, about, decision, because="No", days="1").status_code == 404
        with pytest.raises(TalkRefused):
            moderation.remove(post=about, because="No", by=person)
    assert decide(client, administrator, own, "remove", because="Be kind.").status_code == 302
    assert decide(client, administrator, own, "silence", days="1", because="Be kind.").status_code == 422  # she teaches


def test_a_colleague_on_the_shelf_decides_too(client, instructor, shelf, post):
    colleague = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=colleague, by=instructor)
    assert decide(client, colleague, post, "keep").status_code == 302


@pytest.mark.parametrize("who", ["learner", "preparer", "approver", "outsider"])
def test_nobody_else_comes_near_it(client, request, post, who):
    client.force_login(request.getfixturevalue(who))
    for url in (reverse("talk:index"), reverse("talk:detail", args=[post.pk])):
        assert client.get(url).status_code in {302, 403}
    assert client.post(reverse("talk:keep", args=[post.pk])).status_code in {302, 403}
    assert Post.objects.reported().exists()


def test_a_decision_needs_a_form(client, instructor, post):
    client.force_login(instructor)
    for decision in ("keep", "remove", "silence", "lift"):
        assert client.get(reverse(f"talk:{decision}", args=[post.pk])).status_code == 405


def test_words_taken_back_meanwhile_can_still_be_decided(client, instructor, writer, post):
    talk.take_back(post=post, by=writer)
    client.force_login(instructor)
    assert "Buy my course" in client.get(reverse("talk:detail", args=[post.pk])).content.decode()
    assert decide(client, instructor, post, "remove", because="Nothing is sold here.").status_code == 302
    assert decide(client, instructor, post, "keep").status_code == 302
    post.refresh_from_db()
    assert post.state == "taken back"


def test_the_list_asks_the_same_however_much_was_reported(
    client, instructor, enrolled, lesson, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(talk, "MOST_REPORTS_A_DAY", 1000)

    def add(number):
        for _ in range(number):
            talk.report(post=write(UserFactory(), lesson), reason="other", note="", by=enrolled)

    def asked():
        client.get(reverse("talk:index"))
        with django_assert_max_num_queries(14) as captured:
            client.get(reverse("talk:index"))
        return len(captured)

    client.force_login(instructor)
    add(3)
    few = asked()
    add(30)
    assert asked() == few
