"""The days that a group sets itself: moved by pauses, ending where she lives, told once, and locking nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import date_format

from courses.cohorts import dues_of, go_on, join_cohort, pause, tell_what_comes
from courses.days import today_of
from courses.enrolment import enrol
from courses.models import Deadline, Enrolment, Graduation, LessonCompletion, Notice
from tests.courses.cohort_days import TODAY, due_in, enrolment_of, make_cohort, rest
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def due_of(person, lesson):
    return dues_of(person, [enrolment_of(person)]).get(lesson.lesson_key)


def send_url(lesson):
    return reverse("courses:send", args=[lesson.lesson_key, lesson.pieces[-1].id])


def test_a_pause_moves_every_day_by_as_many_days(member, cohort, lesson):
    due_in(cohort, lesson, 3)
    assert due_of(member, lesson).day == TODAY + timedelta(days=3)
    rest(member, 7)
    assert due_of(member, lesson).day == TODAY + timedelta(days=10)
    rest(member, 2)
    assert due_of(member, lesson).day == TODAY + timedelta(days=12)


def test_while_she_pauses_no_day_comes_nearer(member, cohort, course, lesson):
    due_in(cohort, lesson, 1)
    pause(learner=member, course_key=course.course_key)
    Enrolment.objects.update(paused_on=TODAY - timedelta(days=30))
    due = due_of(member, lesson)
    assert (due.day, due.is_over) == (TODAY + timedelta(days=31), False)


def test_pausing_and_going_on_twice_is_once(member, course):
    for _twice in range(2):
        pause(learner=member, course_key=course.course_key)
    Enrolment.objects.update(paused_on=TODAY - timedelta(days=4))
    pause(learner=member, course_key=course.course_key)
    for _twice in range(2):
        go_on(learner=member, course_key=course.course_key)
    assert enrolment_of(member).days_paused == 4


def test_a_journey_across_the_date_line_takes_nothing_back(member, course):
    pause(learner=member, course_key=course.course_key)
    Enrolment.objects.update(paused_on=TODAY + timedelta(days=1))
    go_on(learner=member, course_key=course.course_key)
    assert enrolment_of(member).days_paused == 0


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("UTC", datetime(2026, 12, 3, 23, 59, tzinfo=UTC), date(2026, 12, 3)),
        ("Pacific/Auckland", datetime(2026, 12, 3, 11, 0, tzinfo=UTC), date(2026, 12, 4)),
        ("America/Los_Angeles", datetime(2026, 12, 4, 7, 59, tzinfo=UTC), date(2026, 12, 3)),
        ("Nowhere/Atall", datetime(2026, 12, 4, 0, 0, tzinfo=UTC), date(2026, 12, 4)),
    ],
)
def test_a_day_ends_where_she_lives(zone, now, day):
    assert today_of(UserFactory.build(time_zone=zone), now) == day


def test_nothing_is_locked_when_a_day_has_passed_and_nobody_is_shamed(client, member, cohort, course, lesson):
    due_in(cohort, lesson, -10)
    client.force_login(member)
    assert due_of(member, lesson).is_over
    assert client.get(lesson.url).status_code == 200
    page = client.get(course.url).content.decode()
    assert "means to have done" not in page
    assert "late" not in page.lower().replace("later", "").replace("translate", "").replace("template", "")


def test_the_course_and_her_page_say_what_is_meant_to_be_done_when(client, member, cohort, course, lesson):
    due = due_in(cohort, lesson, 3)
    client.force_login(member)
    words = f"“Window light” by the end of {date_format(due.ends_on, 'MONTH_DAY_FORMAT')}."
    for url in (course.url, reverse("courses:dashboard")):
        assert words in client.get(url).content.decode()
    LessonCompletion.objects.create(
        learner=member, course_key=course.course_key, lesson_key=lesson.lesson_key, lesson_title=lesson.title
    )
    assert words not in client.get(course.url).content.decode()


def test_where_she_makes_a_video_stands_the_day_of_her_group(client, member, cohort, course, lesson, outsider):
    due_in(cohort, lesson, 3)
    due_in(make_cohort(course, "Another"), lesson, 5)
    due_in(cohort, make.make_lesson(course, title="Later"), 9)
    enrol(learner=outsider, course=course)
    words = "Your group means to have done this lesson by the end of {}. Later is fine too."

    def pages(person):
        client.force_login(person)
        return [client.get(url).content.decode() for url in (lesson.url, send_url(lesson))]

    said = words.format(date_format(TODAY + timedelta(days=3), "MONTH_DAY_FORMAT"))
    of_lesson, of_video = pages(member)
    assert of_lesson.count(said) == of_video.count(said) == 1
    assert f"by {date_format(TODAY + timedelta(days=9), 'MONTH_DAY_FORMAT')}" in of_lesson
    assert not any("Your group means" in page for page in pages(outsider))
    client.logout()
    assert "Your group means" not in client.get(lesson.url).content.decode()
    rest(member, 4)
    said = words.format(date_format(TODAY + timedelta(days=7), "MONTH_DAY_FORMAT"))
    assert all(said in page for page in pages(member))
    Deadline.objects.update(ends_on=TODAY - timedelta(days=30))
    assert not any("Your group means" in page for page in pages(member))
    assert "Make and send your video" in pages(member)[0]


def test_she_pauses_and_goes_on_by_a_button(client, member, outsider, course, lesson):
    url = reverse("courses:pause", args=[course.course_key])
    client.force_login(member)
    assert "Pause my course" in client.get(course.url).content.decode()
    client.post(url, {"action": "pause"})
    assert "Go on with my course" in client.get(course.url).content.decode()
    assert client.get(lesson.url).status_code == 200
    client.post(url, {"action": "go on"})
    assert enrolment_of(member).paused_on is None
    client.force_login(outsider)
    assert client.post(url, {"action": "pause"}).status_code == 404
    assert client.get(url).status_code == 405


def test_a_day_that_comes_is_told_once_and_not_to_who_pauses_or_has_done_it(member, cohort, course, lesson):
    due_in(cohort, lesson, 2)
    resting, done, shifted = (UserFactory() for _ in range(3))
    for person in (resting, done, shifted):
        join_cohort(learner=person, cohort=cohort, course=course)
    pause(learner=resting, course_key=course.course_key)
    rest(shifted, 5)
    keys = {"course_key": course.course_key, "lesson_key": lesson.lesson_key}
    LessonCompletion.objects.create(learner=done, lesson_title=lesson.title, **keys)
    for _twice in range(2):
        tell_what_comes()
    assert [notice.learner for notice in Notice.objects.filter(kind="deadline")] == [member]
    Deadline.objects.update(ends_on=TODAY - timedelta(days=4))
    tell_what_comes()
    assert Notice.objects.filter(learner=shifted, kind="deadline").count() == 1


def test_who_has_been_told_of_a_day_is_neither_locked_nor_counted_again(
    member, cohort, lesson, django_assert_max_num_queries
):
    due_in(cohort, lesson, 2)
    tell_what_comes()
    with django_assert_max_num_queries(10) as captured:
        tell_what_comes()
    assert not [query for query in captured if query["sql"].startswith(("UPDATE", "INSERT"))]


def test_a_day_is_told_in_her_language_while_the_lesson_is_there_and_not_to_graduates_or_who_has_left(
    member, cohort, course, lesson
):
    due_in(cohort, lesson, 2)
    graduate, gone = UserFactory(), UserFactory()
    for person in (graduate, gone):
        join_cohort(learner=person, cohort=cohort, course=course)
    Graduation.objects.create(learner=graduate, course_key=course.course_key, course_title=course.title)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    lesson.unpublish()
    tell_what_comes()
    assert not Notice.objects.exists()
    lesson.title = "Soft window light"
    lesson.save_revision().publish()
    tell_what_comes()
    assert [(notice.learner, notice.title) for notice in Notice.objects.all()] == [(member, "Soft window light")]


def test_the_database_holds_one_day_a_lesson(cohort, lesson):
    due_in(cohort, lesson, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        due_in(cohort, lesson, 2)


def test_pages_ask_the_same_however_many_days_and_groups(
    client, member, cohort, course, lesson, outsider, django_assert_max_num_queries
):
    def asked(person, url, limit):
        client.force_login(person)
        client.get(url)
        with django_assert_max_num_queries(limit) as captured:
            client.get(url)
        return len(captured)

    def counts():
        return [
            asked(member, course.url, 10),
            asked(outsider, course.url, 10),
            asked(member, lesson.url, 10),
            asked(member, send_url(lesson), 10),
            asked(member, reverse("courses:dashboard"), 12),
            asked(member, reverse("courses:talk", args=[lesson.lesson_key]), 10),
        ]

    def add(number):
        for n in range(number):
            due_in(cohort, make.make_lesson(course, title=f"More {n}"), 5)
            make_cohort(course, f"Open {n}", is_open=True)

    add(3)
    few = counts()
    add(40)
    assert counts() == few
