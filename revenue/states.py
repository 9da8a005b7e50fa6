"""The lives of a statement and of a payout, as tables. No Django models here.

``STATEMENT_MOVES[a]`` holds every state that may follow ``a``; nothing else may.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ImpossibleMoveError(ValueError):
    """Somebody asked for a change of state that the table does not have."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} → {new}")
        self.old, self.new = old, new


class StatementState(TextChoices):
    """``locked`` has a payout under way; ``settled`` is paid, or has nothing to pay."""

    DRAFT = "draft", _("being prepared")
    IN_REVIEW = "in_review", _("being checked")
    HELD = "held", _("on hold")
    APPROVED = "approved", _("approved")
    LOCKED = "locked", _("being paid")
    SETTLED = "settled", _("settled")


class PayoutState(TextChoices):
    """``unknown``: the provider may or may not have acted; only a look-up gets it out of there."""

    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("about to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    IN_TRANSIT = "in_transit", _("on its way")
    PAID = "paid", _("paid")
    UNKNOWN = "unknown", _("not certain yet")
    FAILED = "failed", _("not possible")
    RETURNED = "returned", _("came back")


_S, _P = StatementState, PayoutState

STATEMENT_MOVES: dict[StatementState, frozenset[StatementState]] = {
    _S.DRAFT: frozenset({_S.IN_REVIEW, _S.HELD}),
    _S.IN_REVIEW: frozenset({_S.HELD, _S.APPROVED}),
    _S.HELD: frozenset({_S.IN_REVIEW}),
    # back to review when its approval no longer fits its lines; settled when nothing is to be paid
    _S.APPROVED: frozenset({_S.HELD, _S.IN_REVIEW, _S.LOCKED, _S.SETTLED}),
    # held when the money came back
    _S.LOCKED: frozenset({_S.SETTLED, _S.HELD}),
    _S.SETTLED: frozenset({_S.HELD}),
}

_ANSWERS = frozenset({_P.SENT, _P.IN_TRANSIT, _P.PAID, _P.FAILED, _P.RETURNED})

PAYOUT_MOVES: dict[PayoutState, frozenset[PayoutState]] = {
    _P.PLANNED: frozenset({_P.CLAIMED}),
    _P.CLAIMED: frozenset({_P.SENDING}),
    _P.SENDING: _ANSWERS | {_P.UNKNOWN},
    _P.UNKNOWN: _ANSWERS | {_P.SENDING},
    _P.SENT: frozenset({_P.IN_TRANSIT, _P.PAID, _P.RETURNED}),
    _P.IN_TRANSIT: frozenset({_P.PAID, _P.RETURNED}),
    # a bank may send money back days after it said "paid"
    _P.PAID: frozenset({_P.RETURNED}),
    _P.FAILED: frozenset(),
    _P.RETURNED: frozenset(),
}

# The money did not reach her (or came back): the same statement may be paid anew.
PAYOUT_OVER_UNPAID = frozenset({_P.FAILED, _P.RETURNED})


def check_statement_move(old: str, new: str) -> None:
    """Raise ImpossibleMoveError unless a statement may go from ``old`` to ``new``."""
    if StatementState(new) not in STATEMENT_MOVES[StatementState(old)]:
        raise ImpossibleMoveError(old, new)


def check_payout_move(old: str, new: str) -> None:
    """Raise ImpossibleMoveError unless a payout may go from ``old`` to ``new``."""
    if PayoutState(new) not in PAYOUT_MOVES[PayoutState(old)]:
        raise ImpossibleMoveError(old, new)
