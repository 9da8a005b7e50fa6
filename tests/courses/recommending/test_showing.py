"""What is shown: five at most, each for a true reason, and nothing she has, refused or may not see."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from wagtail.models import Locale, PageViewRestriction

from courses.models import NotForMe, Recommendation, RecommendationChoice
from courses.recommending import choices
from courses.recommending.showing import FLOOR, SHOWN, choose, next_for
from tests.factories import courses as make


def said(user, language="en"):
    return [(one.course.title, one.reason) for one in next_for(user, language)]


def test_the_reason_names_the_course_that_she_joined_or_finished(her, taken, other, row, finishes):
    row(other, "taken", because=taken, learner=her)
    assert said(her) == [("Clean sound", "Because you joined “Window light”")]
    finishes(her, taken)
    assert said(her) == [("Clean sound", "Because you finished “Window light”")]


def test_a_likeness_counts_at_once_for_who_joined_today(learner, taken, other, row, joins):
    row(other, "alike", because=taken)
    assert said(learner) == []
    joins(learner, taken)
    assert said(learner) == [("Clean sound", "Because you joined “Window light”")]


def test_what_others_took_comes_before_what_is_alike_and_what_many_take_comes_last(her, shelf, taken, row):
    many, alike, same = (make.make_course(shelf, title=title) for title in ("Many", "Alike", "Same"))
    row(many, "popular")
    row(alike, "alike", because=taken)
    row(same, "alike", because=taken, rank=1)
    row(same, "taken", because=taken, learner=her)
    assert [title for title, _why in said(her)] == ["Same", "Alike", "Many"]
    assert said(her)[-1][1] == "Many who learn here take it"


def test_rows_of_somebody_else_are_not_hers(her, outsider, taken, other, row, joins):
    joins(outsider, taken)
    row(other, "taken", because=taken, learner=outsider)
    assert said(her) == []


def test_a_reason_that_is_no_longer_true_is_not_given(her, shelf, other, row):
    never_joined = make.make_course(shelf, title="Never joined")
    row(other, "taken", because=never_joined, learner=her)
    assert said(her) == []


def test_what_she_joined_or_refused_is_never_shown(her, taken, other, row, joins):
    for course in (taken, other):
        row(course)
    choices.not_for_me(learner=her, course=other)
    choices.not_for_me(learner=her, course=other)
    assert said(her) == []
    choices.take_back(learner=her, course_key=other.course_key)
    assert [title for title, _why in said(her)] == ["Clean sound"]
    joins(her, other)
    assert said(her) == []


def test_drafts_and_what_stands_behind_a_lock_are_never_shown(her, other, shelf, row):
    hidden = make.make_course(shelf, title="Hidden")
    row(other)
    row(hidden, rank=1)
    other.unpublish()
    PageViewRestriction.objects.create(page=hidden.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert said(her) == []


def test_a_course_is_shown_once_and_in_her_language_only(her, taken, other, row):
    chinese = Locale.objects.get_or_create(language_code="zh-hans")[0]
    for page in (taken.get_parent().get_parent().specific, taken.get_parent().specific):
        if not page.get_translation_or_none(chinese):
            page.copy_for_translation(chinese, copy_parents=True)
    row(other, "taken", because=taken, learner=her)
    assert said(her, "zh-hans") == []
    translated = other.copy_for_translation(chinese)
    translated.title = "干净的声音"
    translated.save_revision().publish()
    with translation.override("zh-hans"):
        assert said(her, "zh-hans") == [("干净的声音", "因为你参加了“Window light”")]
    assert [title for title, _why in said(her)] == ["Clean sound"]


def test_nothing_is_shown_where_it_is_off(her, taken, other, row):
    row(other, "taken", because=taken, learner=her)
    choices.switch(learner=her, off=True)
    assert not Recommendation.objects.filter(learner=her).exists()
    row(other)
    assert said(her) == []
    choices.switch(learner=her, off=False)
    assert said(her) == [("Clean sound", "Many who learn here take it")]


def test_beginning_over_forgets_her_courses_and_what_she_refused(her, taken, other, row, shelf, joins):
    row(other, "taken", because=taken, learner=her)
    row(other, "alike", because=taken)
    choices.not_for_me(learner=her, course=other)
    choices.begin_over(learner=her)
    assert not NotForMe.objects.exists()
    assert said(her) == []
    later = make.make_course(shelf, title="Later")
    joins(her, later)
    row(other, "alike", because=later)
    assert said(her) == [("Clean sound", "Because you joined “Later”")]


def key(number):
    return UUID(int=number)


def rows_of(basis, *numbers):
    return [SimpleNamespace(basis=basis, rank=rank, course_key=key(n)) for rank, n in enumerate(numbers)]


def test_one_of_five_is_a_course_that_few_have_taken_for_everybody_on_every_day():
    rows = rows_of("taken", *range(1, 20)) + rows_of("new", *range(100, 130))
    seen = Counter()
    for learner in range(40):
        for day in range(30):
            chosen = choose(rows, learner, date(2026, 11, 1) + timedelta(days=day))
            new = [one.course_key.int for one in chosen if one.course_key.int >= 100]
            assert len(chosen) == SHOWN
            assert len(new) == FLOOR
            seen.update(new)
    assert set(seen) == set(range(100, 130))  # each has its turns
    assert min(seen.values()) > 10


def test_the_same_day_shows_the_same():
    rows = rows_of("taken", 1, 2, 3, 4, 5) + rows_of("new", *range(100, 130))
    today = date(2026, 11, 22)
    assert choose(rows, 1, today) == choose(list(reversed(rows)), 1, today)
    assert len({choose(rows, 1, today + timedelta(days=n))[-1].course_key for n in range(10)}) > 1


def test_a_new_course_that_fits_her_keeps_its_better_reason_and_fills_the_slot():
    rows = rows_of("taken", 1, 2, 3, 4, 5) + rows_of("new", 3, 100)
    chosen = choose(rows, 1, date(2026, 11, 22))
    assert [one.course_key.int for one in chosen] == [1, 2, 3, 4, 5]
    assert {one.basis for one in chosen} == {"taken"}


def test_new_courses_fill_what_is_left_and_nothing_comes_twice():
    chosen = choose(rows_of("popular", 1) + rows_of("new", *range(100, 130)), 1, date(2026, 11, 22))
    assert len({one.course_key for one in chosen}) == SHOWN
    assert choose([], 1, date(2026, 11, 22)) == []


@pytest.mark.once
def test_it_asks_three_times_however_much_there_is(her, shelf, taken, row, joins, django_assert_num_queries):
    def add(amount):
        for number in range(amount):
            course = make.make_course(shelf, title=f"Course {amount} {number}")
            row(course, "alike", because=taken, rank=number)
            row(course, "new", rank=number)
            joined = make.make_course(shelf, title=f"Joined {amount} {number}")
            joins(her, joined)
            row(course, "taken", because=joined, learner=her, rank=number)
            NotForMe.objects.create(learner=her, course_key=joined.course_key, course_title="Joined")

    add(3)
    next_for(her, "en")
    with django_assert_num_queries(3):
        assert len(next_for(her, "en")) == 3
    add(297)
    with django_assert_num_queries(3):
        assert len(next_for(her, "en")) == SHOWN


@pytest.mark.parametrize(
    "values",
    [
        {"basis": "taken"},
        {"basis": "alike"},
        {"basis": "popular", "because_key": key(2)},
        {"basis": "alike", "because_key": key(1)},
        {"basis": "other"},
    ],
)
def test_no_row_is_without_its_reason(db, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.create(course_key=key(1), rank=0, **values)


def test_her_choice_is_one_row(her):
    choices.switch(learner=her, off=True)
    choices.begin_over(learner=her)
    choice = RecommendationChoice.objects.get()
    assert choice.is_off
    assert choice.begun_over_at <= timezone.now()
