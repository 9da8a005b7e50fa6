"""A course ends once: graduation, certificate and role."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from courses import signals
from courses.enrolment import enrol
from courses.graduation import graduate_if_due
from courses.models import Certificate, Graduation, LessonCompletion
from courses.progress import finish_piece
from courses.shelves import add_language
from tests.factories import courses as make


def finish(learner, lesson, piece):
    return finish_piece(
        learner=learner, course_key=lesson.course.course_key, lesson_key=lesson.lesson_key, piece_id=piece.id
    )


def finish_lesson(learner, lesson):
    for piece in lesson.pieces:
        finish(learner, lesson, piece)


def test_the_last_lesson_graduates_her_once(enrolled, course):
    lessons = [make.make_lesson(course, title=f"Lesson {n}") for n in range(2)]
    finish_lesson(enrolled, lessons[0])
    assert not Graduation.objects.exists()
    finish_lesson(enrolled, lessons[1])
    graduation = Graduation.objects.get()
    assert graduation.learner == enrolled
    assert graduation.certificate.name == enrolled.public_name
    assert enrolled.has_role("creator")
    again = graduate_if_due(learner=enrolled, course_key=course.course_key)
    assert again == graduation
    assert Certificate.objects.count() == 1


def test_a_piece_that_is_missing_keeps_the_lesson_open(enrolled, lesson):
    for piece in lesson.pieces[:-1]:
        finish(enrolled, lesson, piece)
    assert not LessonCompletion.objects.exists()


def test_a_lesson_added_later_takes_nothing_away(enrolled, course):
    first = make.make_lesson(course)
    finish_lesson(enrolled, first)
    make.make_lesson(course, title="New")
    assert graduate_if_due(learner=enrolled, course_key=course.course_key) is not None
    assert Graduation.objects.count() == 1


def test_a_failing_receiver_takes_everything_back(enrolled, course):
    lesson = make.make_lesson(course)

    def refuse(**_signal):
        raise RuntimeError("no profile")

    signals.graduating.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            finish_lesson(enrolled, lesson)
    finally:
        signals.graduating.disconnect(refuse)
    assert not Graduation.objects.exists()
    assert not LessonCompletion.objects.exists()
    assert not enrolled.has_role("creator")


def test_what_she_did_before_joining_counts_when_she_joins(learner, course):
    lesson = make.make_lesson(course, open_to_all=True)
    finish_lesson(learner, lesson)
    assert not LessonCompletion.objects.exists()
    enrol(learner=learner, course=course)
    assert LessonCompletion.objects.filter(learner=learner).exists()


def test_an_empty_course_graduates_nobody(enrolled, course):
    assert graduate_if_due(learner=enrolled, course_key=course.course_key) is None


@pytest.fixture
def chinese(shelf):
    """A second language with its list of courses and shelf page."""
    locale, _made = Locale.objects.get_or_create(language_code="zh-hans")
    add_language(shelf=shelf, index=make.make_index(locale))
    return locale


def published(page, locale):
    translation = page.copy_for_translation(locale)
    translation.live = True
    translation.save()
    return translation


def test_a_lesson_only_in_another_language_keeps_nobody_back(enrolled, course, chinese):
    lesson = make.make_lesson(course)
    theirs = published(course, chinese)
    published(lesson, chinese)
    make.make_lesson(theirs, title="只有中文")
    finish_lesson(enrolled, lesson)
    assert Graduation.objects.filter(learner=enrolled).exists()


def test_a_version_under_translation_is_no_short_way(enrolled, course, chinese):
    first, second = (make.make_lesson(course, title=f"Lesson {n}") for n in range(2))
    published(course, chinese)
    published(first, chinese)
    finish_lesson(enrolled, first)
    assert not Graduation.objects.exists()
    finish_lesson(enrolled, second)
    assert Graduation.objects.count() == 1


def test_who_reads_the_shorter_version_finishes_what_her_page_asks_for(enrolled, course, chinese):
    first, _second = (make.make_lesson(course, title=f"Lesson {n}") for n in range(2))
    published(course, chinese)
    enrolled.language = "zh-hans"
    enrolled.save()
    finish_lesson(enrolled, published(first, chinese))
    assert Graduation.objects.count() == 1


def test_the_languages_may_be_mixed_and_a_third_language_needs_the_fullest(enrolled, course, chinese):
    first, second = (make.make_lesson(course, title=f"Lesson {n}") for n in range(2))
    published(course, chinese)
    enrolled.language = "sw"
    enrolled.save()
    finish_lesson(enrolled, published(first, chinese))
    assert not Graduation.objects.exists()
    finish_lesson(enrolled, second)
    assert Graduation.objects.count() == 1


def test_a_lesson_taken_down_may_have_been_the_last(client, enrolled, course):
    done, other = (make.make_lesson(course, title=f"Lesson {n}") for n in range(2))
    finish_lesson(enrolled, done)
    other.unpublish()
    client.force_login(enrolled)
    assert client.get(reverse("courses:continue", args=[course.course_key])).url == course.url
    assert Graduation.objects.filter(learner=enrolled).count() == 1


def test_a_lesson_moved_to_another_course_stays_finished(enrolled, course, shelf):
    moved = make.make_lesson(course, title="Moved")
    make.make_lesson(course, title="Stays")
    finish_lesson(enrolled, moved)
    other = make.make_course(shelf, title="Other")
    enrol(learner=enrolled, course=other)
    moved.move(other, pos="last-child")
    assert graduate_if_due(learner=enrolled, course_key=other.course_key) is not None
