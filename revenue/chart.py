"""The chart of accounts: how each account's code is written. No Django here.

Debits are positive, so what the programme owes has a negative balance and what it holds a positive one.
"""

from typing import Final
from uuid import UUID

PROGRAMME_INCOME: Final = "programme_income"
ROUNDING: Final = "rounding"
WITHHOLDING: Final = "withholding"
FX_TRADING: Final = "fx_trading"
FX_GAIN_LOSS: Final = "fx_gain_loss"

_PAYABLE = "creator_payable:"
_RESERVE = "reserve:"


def receivable(source: str) -> str:
    """What a platform still has to pay us, by the slug of the source."""
    return f"receivable:{source}"


def suspense(source: str) -> str:
    """What a platform reported for channels that nobody here has confirmed yet."""
    return f"suspense:{source}"


def creator_payable(creator_id: UUID) -> str:
    """What is owed to one creator."""
    return f"{_PAYABLE}{creator_id}"


def reserve(creator_id: UUID, child_id: UUID) -> str:
    """What is set aside for a child in one creator's videos; the id stands for the alias, which is private."""
    return f"{_RESERVE}{creator_id}:{child_id}"


def reserve_prefix() -> str:
    """What every ``reserve`` code starts with."""
    return _RESERVE


def rail_clearing(rail: str) -> str:
    """What was handed to a payment rail and is not yet confirmed."""
    return f"rail_clearing:{rail}"


def bank(rail: str) -> str:
    """The money of the programme that a rail pays from."""
    return f"bank:{rail}"


def payable_prefix() -> str:
    """What every ``creator_payable`` code starts with."""
    return _PAYABLE
