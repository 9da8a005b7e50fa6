"""The state tables are closed, and nothing leaves ``unknown`` towards a second payment by itself."""

import pytest

from revenue import states
from revenue.states import PayoutState, StatementState


def test_every_state_has_its_row():
    assert set(states.STATEMENT_MOVES) == set(StatementState)
    assert set(states.PAYOUT_MOVES) == set(PayoutState)


def test_a_statement_is_never_approved_without_review():
    assert [s for s, after in states.STATEMENT_MOVES.items() if StatementState.APPROVED in after] == ["in_review"]


def test_only_an_approved_statement_is_locked_for_payment():
    assert [s for s, after in states.STATEMENT_MOVES.items() if StatementState.LOCKED in after] == ["approved"]


def test_a_payout_that_is_over_stays_over():
    for state in states.PAYOUT_OVER_UNPAID:
        assert not states.PAYOUT_MOVES[state]


@pytest.mark.parametrize(("old", "new"), [("draft", "approved"), ("held", "locked"), ("settled", "draft")])
def test_impossible_moves_of_a_statement_raise(old, new):
    with pytest.raises(states.ImpossibleMoveError):
        states.check_statement_move(old, new)


@pytest.mark.parametrize(("old", "new"), [("planned", "paid"), ("paid", "sending"), ("failed", "sending")])
def test_impossible_moves_of_a_payout_raise(old, new):
    with pytest.raises(states.ImpossibleMoveError):
        states.check_payout_move(old, new)
