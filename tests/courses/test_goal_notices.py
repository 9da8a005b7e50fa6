"""A word about the goal of her week: once when it is reached, one reminder for who asked, and none for who rests."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from courses.cohorts import go_on, pause
from courses.digest import send_due
from courses.goal_notices import tell_of_weeks
from courses.graduation import graduate_if_due
from courses.models import Graduation, Notice, NoticeOff, WeeklyGoal
from courses.models.notices import Channel, Kind
from courses.notices import switch
from tests.courses.test_goals import WEDNESDAY, practised, set_goal, watched

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = WEDNESDAY - 2 * DAY


def wish(learner, unit="days", amount=3, *, reminds=True, set_at=MONDAY - DAY):
    """A goal set before this week, of somebody who asks to be reminded."""
    WeeklyGoal.objects.update_or_create(learner=learner, defaults={"unit": unit, "amount": amount, "reminds": reminds})
    WeeklyGoal.objects.filter(learner=learner).update(set_at=set_at)


def told(person):
    return sorted(Notice.objects.owned_by(person).values_list("event", flat=True))


def test_a_goal_that_is_reached_is_told_once_a_week(learner, outsider):
    set_goal(learner, amount=1)
    set_goal(outsider, amount=2)
    for person in (learner, outsider):
        practised(person, WEDNESDAY - HOUR)
    for hours in (0, 1, 30):
        tell_of_weeks(WEDNESDAY + hours * HOUR)
    assert told(learner) == ["goal:20261123"]
    assert told(outsider) == []
    practised(learner, WEDNESDAY + 7 * DAY)
    tell_of_weeks(WEDNESDAY + 7 * DAY + HOUR)
    assert told(learner) == ["goal:20261123", "goal:20261130"]


def test_she_reads_it_behind_the_bell_and_it_leads_to_her_week(client, learner):
    set_goal(learner, amount=1)
    practised(learner, WEDNESDAY)
    tell_of_weeks(WEDNESDAY)
    client.force_login(learner)
    page = client.get(reverse("courses:notices")).content.decode()
    assert "You have reached your goal for the week" in page
    notice = Notice.objects.get()
    assert client.get(notice.get_absolute_url()).url == f"{reverse('courses:dashboard')}#week"


@pytest.mark.parametrize(
    ("amount", "done", "day"),
    [
        (7, 0, 0),  # no day is for resting
        (3, 0, 4),  # Friday, Saturday and Sunday are wanting
        (3, 1, 5),
        (3, 2, 6),
        (1, 0, 6),
    ],
)
def test_the_reminder_comes_on_the_first_day_that_is_not_for_resting_and_once(learner, amount, done, day):
    wish(learner, amount=amount)
    for number in range(done):
        practised(learner, MONDAY + number * DAY)
    for later in range(day):
        tell_of_weeks(MONDAY + later * DAY)
    assert told(learner) == []
    for later in range(day, 7):
        tell_of_weeks(MONDAY + later * DAY)
    assert told(learner) == ["remind:20261123"]


def test_what_is_out_of_reach_or_done_today_reminds_nobody(learner, outsider):
    wish(learner, amount=6)
    practised(learner, MONDAY)
    wish(outsider, amount=4)
    for number in (2, 3):
        practised(outsider, MONDAY + number * DAY)
    for later in (3, 4, 5, 6):  # of the six days two are over and one is done
        tell_of_weeks(MONDAY + later * DAY)
    assert told(learner) == []
    assert told(outsider) == ["remind:20261123"]
    assert Notice.objects.owned_by(outsider).count() == 1


def test_who_has_begun_today_is_not_reminded_today(learner):
    wish(learner, amount=7)
    practised(learner, MONDAY - HOUR)
    tell_of_weeks(MONDAY)
    assert told(learner) == []


def test_minutes_are_asked_for_on_thursday(learner, outsider):
    wish(learner, "minutes", 30)
    wish(outsider, "minutes", 30)
    watched(outsider, MONDAY, MONDAY + HOUR, 40)
    for later in range(7):
        tell_of_weeks(MONDAY + later * DAY)
        assert told(learner) == (["remind:20261123"] if later >= 3 else [])
    assert told(outsider) == ["goal:20261123"]


def test_nobody_is_reminded_who_did_not_ask_or_has_only_just_set_it(learner, outsider):
    wish(learner, amount=7, reminds=False)
    wish(outsider, amount=5, set_at=WEDNESDAY - HOUR)
    tell_of_weeks(MONDAY)
    tell_of_weeks(WEDNESDAY)
    assert told(learner) == told(outsider) == []


@pytest.mark.parametrize(
    ("zone", "hour", "comes"),
    [("UTC", 7, False), ("UTC", 8, True), ("UTC", 20, True), ("UTC", 21, False), ("Asia/Shanghai", 1, True)],
)
def test_a_reminder_comes_by_day_where_she_lives(learner, zone, hour, comes):
    type(learner).objects.filter(pk=learner.pk).update(time_zone=zone)
    wish(learner, amount=7)
    tell_of_weeks(MONDAY.replace(hour=hour))
    assert bool(told(learner)) is comes


def test_nobody_hears_of_it_while_a_course_of_hers_rests(enrolled, course):
    wish(enrolled, amount=7)
    pause(learner=enrolled, course_key=course.course_key)
    tell_of_weeks(MONDAY)
    WeeklyGoal.objects.update(amount=1)
    practised(enrolled, MONDAY)
    tell_of_weeks(MONDAY + HOUR)
    assert told(enrolled) == []
    go_on(learner=enrolled, course_key=course.course_key)
    tell_of_weeks(MONDAY + HOUR)
    assert told(enrolled) == ["goal:20261123"]


def test_a_course_that_is_finished_does_not_rest(enrolled, course):
    pause(learner=enrolled, course_key=course.course_key)
    Graduation.objects.create(learner=enrolled, course_key=course.course_key, course_title=course.title)
    assert graduate_if_due(learner=enrolled, course_key=course.course_key)
    wish(enrolled, amount=7)
    tell_of_weeks(MONDAY)
    assert told(enrolled) == ["remind:20261123"]


def test_the_switch_beside_the_other_kinds_holds(client, learner):
    client.force_login(learner)
    page = client.get(reverse("courses:notice_choices")).content.decode()
    assert 'name="goal-app"' in page
    assert 'name="goal-mail"' in page
    switch(person=learner, off={(Kind.GOAL, Channel.APP), (Kind.GOAL, Channel.MAIL)})
    wish(learner, amount=7)
    tell_of_weeks(MONDAY)
    notice = Notice.objects.get()
    assert (notice.in_app, notice.by_mail) == (False, False)
    learner.refresh_from_db()
    assert learner.notices_unread == 0


def test_a_reminder_comes_by_the_mail_of_its_own_day_or_not(learner, mailoutbox):
    wish(learner, amount=7)
    tell_of_weeks(MONDAY)
    Notice.objects.update(made_at=MONDAY)
    tell_of_weeks(MONDAY + 8 * HOUR)
    assert Notice.objects.get().by_mail
    tell_of_weeks(MONDAY + 13 * HOUR)  # one in the morning
    assert not Notice.objects.get().by_mail
    assert send_due(MONDAY + DAY) == 0
    assert mailoutbox == []


def test_she_asks_to_be_reminded_with_the_goal(client, learner):
    client.force_login(learner)
    client.post(reverse("courses:goal"), {"unit": "days", "amount": "2"})
    assert not WeeklyGoal.objects.get().reminds
    client.post(reverse("courses:goal"), {"unit": "days", "amount": "2", "reminds": "on"})
    assert WeeklyGoal.objects.get().reminds
    assert "checked" in client.get(reverse("courses:goal")).content.decode().partition('name="reminds"')[2][:80]


def test_weeks_ask_the_same_for_many_people_in_one_zone(django_user_model, django_assert_max_num_queries, learner):
    def asked():
        with django_assert_max_num_queries(12) as captured:
            tell_of_weeks(MONDAY)
        return len(captured)

    wish(learner, amount=7)
    asked()
    few = asked()
    for number in range(40):
        one = django_user_model.objects.create(username=f"many-{number}", email=f"many-{number}@example.org")
        wish(one, amount=7, reminds=False)
        practised(one, MONDAY - HOUR)
    assert asked() == few


def test_who_wants_no_notices_gets_none_of_the_new_kind(learner, outsider):
    before = [kind for kind in Kind if kind != Kind.GOAL]
    switch(person=learner, off={(kind, Channel.MAIL) for kind in before})
    switch(person=outsider, off={(kind, Channel.MAIL) for kind in before[1:]})
    migration = importlib.import_module("courses.migrations.0024_who_wants_no_notice_gets_no_new_kind")
    for _twice in range(2):
        migration.switch_off(apps, None)
    new = NoticeOff.objects.filter(kind=Kind.GOAL).values_list("learner", "channel")
    assert list(new) == [(learner.pk, Channel.MAIL)]
