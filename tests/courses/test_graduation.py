"""A course ends once: graduation, certificate and role."""

import pytest

from courses import signals
from courses.enrolment import enrol
from courses.graduation import graduate_if_due
from courses.models import Certificate, Graduation, LessonCompletion
from courses.progress import finish_piece
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
