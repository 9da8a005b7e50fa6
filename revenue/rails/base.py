"""What every rail promises. No Django models here.

A payment is named by its ``group``. ``send`` may be called again for the same group at any time and pays at
most once; ``look_up`` says what became of it and never pays.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from revenue.states import PayoutState


class RefusedPaymentError(Exception):
    """The provider said a definite no: nothing was paid and nothing will be."""


class UnclearAnswerError(Exception):
    """The provider may or may not have acted; only a look-up can tell."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Where money goes; which fields are filled depends on the rail and the country."""

    holder: str
    country: str
    iban: str = ""
    bic: str = ""
    account_number: str = ""
    bank_code: str = ""
    stripe_account: str = ""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """One payment, frozen before anything is sent; ``amount`` in minor units."""

    group: str
    amount: int
    currency: str
    text: str
    payee: Payee

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "PaymentRequest":
        """Return it as it was stored."""
        return cls(**{**data, "payee": Payee(**data["payee"])})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rail knows of a payment: the state it is in there, its own reference, and a reason if it failed.

    ``on`` is the day it came about, where the rail says it.
    """

    state: PayoutState
    reference: str
    reason: str = ""
    on: date | None = None


class Rail(Protocol):
    """One way of paying."""

    name: str

    def why_not(self, payee: Payee, currency: str) -> str:
        """Say in a sentence why this payee cannot be paid this way; empty when she can."""
        ...

    def send(self, request: PaymentRequest) -> Outcome:
        """Pay, at most once for ``request.group``. Raises RefusedPaymentError or UnclearAnswerError."""
        ...

    def look_up(self, request: PaymentRequest) -> Outcome | None:
        """Say what became of the payment; None when the rail has never heard of it. Raises UnclearAnswerError."""
        ...
