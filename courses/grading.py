"""Quizzes: reading the questions from a lesson, marking answers, keeping attempts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from courses.models import LessonPage, QuizAttempt
from courses.pieces import QUIZ, Piece
from courses.progress import finish_piece


@dataclass(frozen=True)
class Choice:
    """One possible answer."""

    id: str
    text: str
    is_right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """A question; ``several`` when more than one answer is right."""

    id: str
    text: str
    choices: tuple[Choice, ...]

    @property
    def several(self) -> bool:
        """Whether she has to find more than one answer."""
        return sum(choice.is_right for choice in self.choices) > 1

    @property
    def right_ids(self) -> frozenset[str]:
        """The ids of the right answers."""
        return frozenset(choice.id for choice in self.choices if choice.is_right)

    def is_right(self, chosen: list[str]) -> bool:
        """Say whether exactly the right answers were chosen."""
        return frozenset(chosen) == self.right_ids


@dataclass(frozen=True)
class Quiz:
    """A quiz as it stands in the lesson. ``pass_mark`` is a percentage."""

    id: uuid.UUID
    title: str
    pass_mark: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Marked:
    """A question with what she chose."""

    question: Question
    chosen: frozenset[str]

    @property
    def is_right(self) -> bool:
        """Whether her answer is right."""
        return self.question.is_right(list(self.chosen))

    @property
    def chosen_choices(self) -> list[Choice]:
        """The answers she chose, with their feedback."""
        return [choice for choice in self.question.choices if choice.id in self.chosen]


def quiz_of(piece: Piece) -> Quiz:
    """Read a quiz from its piece. Raises ValueError for a piece of another kind."""
    if piece.kind != QUIZ:
        raise ValueError(piece.kind)
    questions = tuple(_question(raw["id"], raw["value"]) for raw in piece.value["questions"])
    return Quiz(piece.id, piece.value["title"], int(piece.value["pass_mark"]), questions)


def _question(question_id: str, value: Mapping[str, Any]) -> Question:
    choices = tuple(
        Choice(raw["id"], raw["value"]["text"], bool(raw["value"]["is_right"]), raw["value"]["feedback"])
        for raw in value["choices"]
    )
    return Question(question_id, value["text"], choices)


def mark(quiz: Quiz, answers: Mapping[str, list[str]]) -> list[Marked]:
    """Return each question of ``quiz`` with the answers chosen; what the quiz no longer has is left out."""
    return [Marked(question, frozenset(answers.get(question.id, []))) for question in quiz.questions]


@transaction.atomic
def answer(
    *, learner: Any, lesson: LessonPage, quiz: Quiz, answers: Mapping[str, list[str]], client_id: uuid.UUID
) -> QuizAttempt:
    """Keep one attempt and finish the piece when enough is right. A form sent twice is one attempt."""
    marked = mark(quiz, answers)
    right = sum(item.is_right for item in marked)
    passed = right * 100 >= quiz.pass_mark * len(marked)
    try:
        with transaction.atomic():
            attempt = QuizAttempt.objects.create(
                client_id=client_id,
                learner=learner,
                course_key=lesson.course.course_key,
                lesson_key=lesson.lesson_key,
                piece_id=quiz.id,
                answers={question_id: sorted(chosen) for question_id, chosen in answers.items()},
                right=right,
                total=len(marked),
                passed=passed,
            )
    except IntegrityError:
        return QuizAttempt.objects.get(learner=learner, client_id=client_id)
    if passed:
        finish_piece(
            learner=learner,
            course_key=attempt.course_key,
            lesson_key=attempt.lesson_key,
            piece_id=attempt.piece_id,
        )
    return attempt
