"""Quizzes: reading the questions from a lesson, marking answers, keeping attempts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from courses.models import LessonPage, QuizAttempt, QuizDraft
from courses.pieces import QUIZ, Piece
from courses.progress import finish_piece
from courses.questions.marking import Marked, Question, is_enough
from courses.questions.reading import question_of


@dataclass(frozen=True)
class Quiz:
    """A quiz as it stands in the lesson. ``pass_mark`` is a percentage."""

    id: uuid.UUID
    title: str
    pass_mark: int
    questions: tuple[Question, ...]


def quiz_of(piece: Piece) -> Quiz:
    """Read a quiz from its piece. Raises ValueError for a piece of another kind."""
    if piece.kind != QUIZ:
        raise ValueError(piece.kind)
    questions = tuple(map(question_of, piece.value["questions"]))
    return Quiz(piece.id, piece.value["title"], int(piece.value["pass_mark"]), questions)


def mark(quiz: Quiz, answers: Mapping[str, list[str]]) -> list[Marked]:
    """Return each question of ``quiz`` with her answer; what the quiz no longer has is left out."""
    return [Marked(question, tuple(answers.get(question.id, []))) for question in quiz.questions]


@transaction.atomic
def answer(
    *, learner: Any, lesson: LessonPage, quiz: Quiz, answers: Mapping[str, list[str]], client_id: uuid.UUID
) -> QuizAttempt:
    """Keep one attempt and finish the piece when enough is right. A form sent twice is one attempt."""
    marked = mark(quiz, answers)
    right = sum(item.is_right for item in marked)
    passed = is_enough(right, len(marked), quiz.pass_mark)
    try:
        with transaction.atomic():
            attempt = QuizAttempt.objects.create(
                client_id=client_id,
                learner=learner,
                course_key=lesson.course.course_key,
                lesson_key=lesson.lesson_key,
                piece_id=quiz.id,
                answers=dict(answers),
                right=right,
                total=len(marked),
                passed=passed,
            )
    except IntegrityError:
        return QuizAttempt.objects.get(learner=learner, client_id=client_id)
    QuizDraft.objects.filter(learner=learner, client_id=client_id).delete()  # of a newer form there may be one already
    if passed:
        finish_piece(
            learner=learner,
            course_key=attempt.course_key,
            lesson_key=attempt.lesson_key,
            piece_id=attempt.piece_id,
        )
    return attempt
