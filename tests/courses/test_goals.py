"""A goal for the week: hers alone, in her own days, off until she sets one."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses import privacy
from courses.coverage import FULL
from courses.goals import week_of
from courses.models import PieceProgress, PracticeAnswer, WeeklyGoal

WEDNESDAY = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def set_goal(learner, unit="days", amount=3):
    return WeeklyGoal.objects.create(learner=learner, unit=unit, amount=amount)


def practised(learner, at):
    PracticeAnswer.objects.create(
        learner=learner,
        client_id=uuid.uuid4(),
        drill_key=uuid.uuid4(),
        answer=[],
        is_right=True,
        is_first=False,
        made_at=at,
    )


def watched(learner, opened_at, last_at, minutes, **values):
    PieceProgress.objects.create(
        learner=learner,
        course_key=uuid.uuid4(),
        lesson_key=uuid.uuid4(),
        piece_id=uuid.uuid4(),
        cells=FULL,
        duration_ms=minutes * 60_000,
        opened_at=opened_at,
        last_at=last_at,
        **values,
    )


def done(learner):
    return week_of(learner, WEDNESDAY).done


def test_nobody_has_a_goal_who_has_set_none(client, learner):
    assert week_of(learner) is None
    client.force_login(learner)
    assert "Your week" not in client.get(reverse("courses:dashboard")).content.decode()


def test_days_are_counted_once_and_from_monday(learner, outsider):
    set_goal(learner)
    for hours in (1, 2, 25):
        practised(learner, WEDNESDAY - timedelta(hours=hours))
    practised(learner, WEDNESDAY - timedelta(days=3))  # Sunday
    practised(outsider, WEDNESDAY - timedelta(days=2))
    week = week_of(learner, WEDNESDAY)
    assert (week.done, week.percent, week.is_reached, week.rest_days) == (2, 66, False, 4)
    watched(learner, WEDNESDAY - timedelta(days=2), WEDNESDAY - timedelta(days=2), 1)
    assert week_of(learner, WEDNESDAY).is_reached


def test_the_day_on_which_she_began_a_video_counts_too(learner):
    set_goal(learner)
    watched(learner, WEDNESDAY - timedelta(days=1), WEDNESDAY - timedelta(hours=1), 1)
    assert done(learner) == 2
    watched(learner, WEDNESDAY - timedelta(days=4), WEDNESDAY - timedelta(hours=1), 1)  # begun last week
    assert done(learner) == 2


def test_what_she_had_done_before_monday_is_not_counted_when_she_looks_again(learner):
    set_goal(learner, "minutes", 60)
    before = WEDNESDAY - timedelta(days=5)
    watched(learner, before, WEDNESDAY - timedelta(hours=1), 10, completed_at=before)
    assert done(learner) == 0


def test_her_week_begins_where_she_lives(learner):
    set_goal(learner)
    practised(learner, datetime(2026, 11, 22, 20, 0, tzinfo=UTC))  # Sunday evening in London, Monday in Auckland
    assert done(learner) == 0
    learner.time_zone = "Pacific/Auckland"
    assert done(learner) == 1


def test_minutes_are_what_was_played_and_never_more_than_the_time_there_was(learner):
    set_goal(learner, "minutes", 60)
    noon = WEDNESDAY - timedelta(hours=2)
    watched(learner, noon, noon + timedelta(minutes=30), 10)
    assert done(learner) == 10
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    watched(learner, monday - timedelta(days=3), monday + timedelta(minutes=5), 60)  # begun last week
    assert done(learner) == 15
    practised(learner, noon)
    practised(learner, noon)
    assert done(learner) == 16


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"unit": "days", "amount": "3"}, 302),
        ({"unit": "days", "amount": "8"}, 422),
        ({"unit": "days", "amount": "0"}, 422),
        ({"unit": "days", "amount": "-1"}, 422),
        ({"unit": "minutes", "amount": "600"}, 302),
        ({"unit": "minutes", "amount": "601"}, 422),
        ({"unit": "minutes", "amount": "99999999999"}, 422),
        ({"unit": "years", "amount": "1"}, 422),
        ({"unit": "days", "amount": "many"}, 422),
        ({}, 422),
    ],
)
def test_a_goal_fits_a_week(client, learner, fields, status):
    client.force_login(learner)
    for _twice in range(2):
        assert client.post(reverse("courses:goal"), fields or {"amount": ""}).status_code == status
    assert WeeklyGoal.objects.count() == (status == 302)


def test_the_database_refuses_what_does_not_fit(learner):
    for unit, amount in (("days", 8), ("days", 0), ("minutes", 601), ("weeks", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            set_goal(learner, unit, amount)


def test_she_sees_it_changes_it_and_puts_it_away(client, learner, outsider):
    client.force_login(learner)
    client.post(reverse("courses:goal"), {"unit": "days", "amount": "2"})
    page = client.get(reverse("courses:dashboard")).content.decode()
    assert "0 of 2 days" in page
    assert "5 days of the week are for resting." in page
    client.post(reverse("courses:goal"), {"unit": "minutes", "amount": "30"})
    assert "0 of 30 minutes" in client.get(reverse("courses:dashboard")).content.decode()
    client.force_login(outsider)
    client.post(reverse("courses:goal"), {"action": "off"})
    assert WeeklyGoal.objects.count() == 1
    client.force_login(learner)
    client.post(reverse("courses:goal"), {"action": "off"})
    assert not WeeklyGoal.objects.exists()
    client.logout()
    assert client.get(reverse("courses:goal")).url.startswith(reverse("account_login"))


def test_it_is_in_her_copy_and_goes_with_her(learner):
    set_goal(learner)
    assert privacy.export(learner)["weekly_goal"] == [{"unit": "days", "amount": 3, "reminds": False}]
    privacy.erase(learner)
    assert not WeeklyGoal.objects.exists()


def test_her_page_stays_within_its_questions(client, enrolled, lesson, django_assert_max_num_queries):
    set_goal(enrolled)
    client.force_login(enrolled)

    def asked():
        client.get(reverse("courses:dashboard"))
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("courses:dashboard"))
        return len(captured)

    few = asked()
    for _ in range(50):
        practised(enrolled, datetime.now(UTC))
        watched(enrolled, datetime.now(UTC), datetime.now(UTC), 1)
    assert asked() == few
