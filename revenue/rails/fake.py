"""A rail that pays nobody and remembers everything: for tests and for trying things out."""

from dataclasses import dataclass, field

from revenue.rails.base import Outcome, Payee, PaymentRequest, RefusedPaymentError, UnclearAnswerError
from revenue.states import PayoutState


@dataclass
class FakeRail:
    """Keeps its payments in this process; ``faults`` says what goes wrong next.

    "refuse": a definite no. "lost before": no answer, nothing paid. "lost after": no answer, but paid.
    """

    name: str = "fake"
    payments: dict[str, Outcome] = field(default_factory=dict)
    paid: list[PaymentRequest] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def why_not(self, payee: Payee, currency: str) -> str:
        """Nobody is refused."""
        return ""

    def send(self, request: PaymentRequest) -> Outcome:
        """Remember a payment, once for each group."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refuse":
            raise RefusedPaymentError("the account is closed")
        if fault == "lost before":
            raise UnclearAnswerError("no answer")
        if request.group not in self.payments:
            self.paid.append(request)
            self.payments[request.group] = Outcome(PayoutState.SENT, f"fake-{len(self.paid)}")
        if fault == "lost after":
            raise UnclearAnswerError("no answer")
        return self.payments[request.group]

    def look_up(self, request: PaymentRequest) -> Outcome | None:
        """Say what is remembered of the group."""
        return self.payments.get(request.group)

    def forget(self) -> None:
        """Begin anew."""
        self.payments.clear()
        self.paid.clear()
        self.faults.clear()


fake_rail = FakeRail()
