"""What is promised to who waits, and who is told when the oldest video has waited longer."""

import importlib
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from courses import notices, review
from courses.models import Enrolment, Notice, NoticeOff, Submission
from courses.models.notices import Channel, Kind
from courses.overdue import tell_of_overdue
from courses.shelves import add_teacher
from courses.submissions import submit
from courses.waiting import wait_of
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

FULL = {"0": 3, "1": 2}
CHOICES = reverse("courses:notice_choices")


@pytest.fixture(autouse=True)
def three_days(settings):
    settings.REVIEW_PROMISED_DAYS = 3
    settings.REVIEW_UNDO_SECONDS = 0


@pytest.fixture
def send(course):
    """Return a function that lets somebody have sent a video in some days ago."""
    lesson = make.make_lesson(course, make.assignment())

    def sent_in(days, *, learner=None, lesson=lesson, **asset):
        learner = learner or UserFactory()
        sent = submit(
            learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(learner, **asset)
        )
        sent.sent_at = timezone.now() - timedelta(days=days)
        sent.save()
        return sent

    return sent_in


@pytest.fixture
def colleague(shelf, instructor):
    person = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=person, by=instructor)
    return person


def told(person):
    return list(Notice.objects.owned_by(person).order_by("made_at").values_list("event", flat=True))


def answer(submission, by):
    review.decide(submission=submission, by=by, decision="pass", scores=FULL, summary="Good")


def test_those_who_teach_are_told_once_of_the_oldest(instructor, colleague, learner, outsider, send):
    make.make_shelf(outsider, "Elsewhere")
    oldest = send(5, learner=learner)
    send(4)
    for _again in range(3):
        tell_of_overdue()
    assert told(instructor) == told(colleague) == [f"overdue:{oldest.pk}"]
    assert told(learner) == told(outsider) == []
    instructor.refresh_from_db()
    assert instructor.notices_unread == 1


def test_the_notice_leads_to_the_video(client, instructor, send):
    oldest = send(5)
    tell_of_overdue()
    client.force_login(instructor)
    assert oldest.title in client.get(reverse("courses:notices")).content.decode()
    assert client.get(Notice.objects.get().get_absolute_url()).url == reverse("courses:review", args=[oldest.pk])


def test_nobody_is_told_before_the_time_or_where_nothing_is_promised(instructor, send, settings):
    send(2)
    tell_of_overdue()
    send(5)
    settings.REVIEW_PROMISED_DAYS = 0
    tell_of_overdue()
    assert told(instructor) == []


def test_what_cannot_be_watched_or_rests_or_is_looked_at_is_not_told(instructor, learner, enrolled, colleague, send):
    send(9, state="preparing")
    resting = send(8, learner=enrolled)
    Enrolment.objects.filter(learner=enrolled).update(paused_on=date(2026, 11, 1))
    oldest = send(7)
    review.take(submission=oldest, by=colleague)
    tell_of_overdue()
    assert told(instructor) == []
    Submission.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tell_of_overdue()
    assert told(instructor) == [f"overdue:{oldest.pk}"]
    answer(oldest, colleague)
    Enrolment.objects.update(paused_on=None)
    tell_of_overdue()
    assert told(instructor) == [f"overdue:{resting.pk}"]


def test_an_answer_takes_back_what_nobody_has_read_and_the_next_one_is_told(instructor, colleague, send):
    oldest, next_one = send(6), send(5)
    tell_of_overdue()
    notices.mark_read(notices=Notice.objects.owned_by(colleague), by=colleague)
    answer(oldest, instructor)
    tell_of_overdue()
    assert told(instructor) == [f"overdue:{next_one.pk}"]
    assert told(colleague) == [f"overdue:{oldest.pk}", f"overdue:{next_one.pk}"]
    instructor.refresh_from_db()
    assert instructor.notices_unread == 1


def test_who_teaches_is_not_told_of_her_own_video(instructor, colleague, course, send):
    send(5, learner=colleague)
    tell_of_overdue()
    assert told(colleague) == []
    assert len(told(instructor)) == 1


def test_each_shelf_has_its_oldest(instructor, outsider, send):
    other = make.make_course(make.make_shelf(outsider, "Elsewhere"), title="Another")
    here = send(4)
    there = send(9, lesson=make.make_lesson(other, make.assignment()))
    tell_of_overdue()
    assert told(instructor) == [f"overdue:{here.pk}"]
    assert told(outsider) == [f"overdue:{there.pk}"]


def test_the_chore_asks_the_same_however_many_wait(instructor, send, django_assert_max_num_queries):
    send(5)
    tell_of_overdue()
    with django_assert_max_num_queries(8) as few:
        tell_of_overdue()
    for _number in range(30):
        send(4)
    with django_assert_max_num_queries(8) as many:
        tell_of_overdue()
    assert len(many) == len(few)


def test_who_teaches_can_switch_it_off_and_others_are_not_asked(client, instructor, shelf, learner, send):
    client.force_login(learner)
    assert 'name="waiting-app"' not in client.get(CHOICES).content.decode()
    client.post(CHOICES, {"answer-app": "on"})
    assert not NoticeOff.objects.filter(learner=learner, kind=Kind.WAITING).exists()
    client.force_login(instructor)
    assert 'name="waiting-app"' in client.get(CHOICES).content.decode()
    client.post(CHOICES, {"answer-app": "on"})
    send(5)
    tell_of_overdue()
    notice = Notice.objects.get(learner=instructor)
    assert not notice.in_app
    assert not notice.by_mail


def test_who_is_asked_no_more_keeps_her_choice(client, instructor, shelf):
    notices.stop_mail(person=instructor)
    instructor.groups.remove(shelf.group)
    client.force_login(instructor)
    client.post(CHOICES, {"answer-mail": "on"})
    assert (Kind.WAITING, Channel.MAIL) in notices.switched_off(instructor)
    assert (Kind.ANSWER, Channel.MAIL) not in notices.switched_off(instructor)


def test_who_wants_no_notices_hears_of_no_wait(learner, outsider):
    before = [kind for kind in Kind if kind != Kind.WAITING]
    notices.switch(person=learner, off={(kind, Channel.MAIL) for kind in before})
    notices.switch(person=outsider, off={(kind, Channel.MAIL) for kind in before[1:]})
    migration = importlib.import_module("courses.migrations.0029_who_wants_no_notice_hears_of_no_wait")
    for _twice in range(2):
        migration.switch_off(apps, None)
    new = NoticeOff.objects.filter(kind=Kind.WAITING).values_list("learner", "channel")
    assert list(new) == [(learner.pk, Channel.MAIL)]


def test_she_reads_the_promise_while_it_can_be_kept(client, instructor, enrolled, send, settings):
    hers = send(1, learner=enrolled)
    client.force_login(enrolled)
    page = reverse("courses:feedback", args=[hers.pk])
    assert "Your instructor answers within 3 days." in client.get(page).content.decode()
    Submission.objects.update(sent_at=timezone.now() - timedelta(days=4))
    assert "Your instructor answers within" not in client.get(page).content.decode()
    hers = Submission.objects.get()
    hers.sent_at = timezone.now()
    for _answers in range(5):
        slow = send(20)
        Submission.objects.filter(pk=slow.pk).update(state="passed", decided_at=timezone.now())
    assert wait_of(hers).promised is None
    Submission.objects.exclude(pk=hers.pk).delete()
    assert wait_of(hers).promised == 3
    settings.REVIEW_PROMISED_DAYS = 0
    assert wait_of(hers).promised is None


def test_the_first_page_of_the_admin_says_how_much_waits_and_since_when(client, instructor, colleague, send):
    home = reverse("wagtailadmin_home")
    client.force_login(instructor)
    page = client.get(home).content.decode()
    assert "The oldest has waited" not in page
    send(2)
    assert "The oldest has waited 2\xa0days</a>" in client.get(home).content.decode()
    send(5)
    answer(send(1), instructor)
    answer(send(1), colleague)
    old = send(20)
    Submission.objects.filter(pk=old.pk).update(state="passed", decided_at=timezone.now() - timedelta(days=8))
    page = client.get(home).content.decode()
    assert "The oldest has waited 5\xa0days, longer than is promised" in page
    assert "Answered in seven days, 1 by you</a>: <strong>2</strong>" in page
