"""Whatever happens to answers on their way, what is kept of them is what it is when each came once and in order."""

import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from courses.drafts import draft_of, keep_draft
from courses.grading import answer, quiz_of
from courses.models import PieceProgress, QuizAttempt
from courses.pieces import QUIZ
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


class Replay(RuleBasedStateMachine):
    """She chooses, changes her mind and hands in, form after form; the line breaks, and the phone sends again."""

    lesson = None

    def __init__(self):
        super().__init__()
        self.learner = UserFactory(role="learner")
        self.piece = next(piece for piece in self.lesson.pieces if piece.kind == QUIZ)
        self.quiz = quiz_of(self.piece)
        self.happened = []
        self.form, self.chosen = uuid.uuid4(), {}

    def deliver(self, learner, event):
        kind, values = event
        if kind == "draft":
            keep_draft(learner=learner, lesson=self.lesson, piece=self.piece, **values)
        else:
            answer(learner=learner, lesson=self.lesson, quiz=self.quiz, **values)

    def kept(self, learner):
        attempts = QuizAttempt.objects.filter(learner=learner).values_list("client_id", "answers", "right", "passed")
        return {
            "draft": draft_of(learner, self.lesson, self.piece),
            "attempts": sorted(attempts, key=lambda attempt: attempt[0]),
            "done": list(PieceProgress.objects.filter(learner=learner).values_list("piece_id", "cells")),
        }

    @rule(question=st.integers(0, 1), option=st.integers(0, 1))
    def choose(self, question, option):
        asked = self.quiz.questions[question]
        self.chosen = self.chosen | {asked.id: [asked.options[option].id]}
        values = {"client_id": self.form, "fields": self.chosen, "written_ms": len(self.happened) + 1}
        self.happened.append(("draft", values))

    @precondition(lambda self: self.chosen)
    @rule()
    def hand_in(self):
        self.happened.append(("form", {"client_id": self.form, "answers": self.chosen}))
        self.form, self.chosen = uuid.uuid4(), {}

    @precondition(lambda self: self.happened)
    @rule(data=st.data())
    def some_arrive(self, data):
        for number in data.draw(st.lists(st.integers(0, len(self.happened) - 1), min_size=1, max_size=6)):
            self.deliver(self.learner, self.happened[number])

    def teardown(self):
        """The phone sends at last what it still has: the newest draft, and every form that was handed in."""
        drafts = [event for event in self.happened if event[0] == "draft"]
        forms = [event for event in self.happened if event[0] == "form"]
        for event in drafts[-1:] + forms:
            self.deliver(self.learner, event)
        in_order = UserFactory(role="learner")
        for event in self.happened:
            self.deliver(in_order, event)
        assert self.kept(self.learner) == self.kept(in_order)


@pytest.mark.django_db
def test_any_order_repetition_and_loss_keeps_the_same_answers(course):
    Replay.lesson = make.make_lesson(course, make.quiz(pass_mark=100))
    quietly = settings(max_examples=40, stateful_step_count=12, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Replay, settings=quietly)
