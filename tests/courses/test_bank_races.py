"""The same form sent several times at once. Real threads, each with its own connection."""

from functools import partial

import pytest

from courses import bank
from courses.checking.report import draft_pieces
from courses.models import Drill, LessonPage
from tests.courses.test_races import at_once
from tests.factories import courses as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_a_question_that_is_taken_at_once_is_taken_once(instructor, shelf, course):
    lesson = make.make_lesson(course, make.quiz())
    raw = make.make_drill(shelf).question.raw_data[0]
    to_quiz = partial(bank.add_to_quiz, questions=[raw], quiz_id=str(lesson.pieces[0].id), lesson=lesson, by=instructor)
    new_quiz = partial(bank.add_quiz, title="Light", lesson=lesson, by=instructor)
    added = at_once(*[to_quiz] * 4, *[partial(new_quiz, questions=bank.copies([raw])) for _each in range(4)])
    assert sorted(map(int, added)) == [0] * 6 + [1] * 2
    quizzes = draft_pieces(LessonPage.objects.select_related("latest_revision").get(pk=lesson.pk))
    assert [len(quiz.value["questions"]) for quiz in quizzes] == [3, 1]


def test_a_question_that_is_kept_at_once_is_kept_once(instructor, course):
    lesson = make.make_lesson(course, make.quiz())
    ids = [raw["id"] for raw in bank.questions_in(lesson)]
    kept = at_once(*[partial(bank.keep, question_ids=ids, lesson=lesson, skill="light", by=instructor)] * 4)
    assert sum(kept) == len(ids) == Drill.objects.count()
