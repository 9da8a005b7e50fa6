"""The Stripe rail: a transfer to a connected account, at most once.

Stripe forgets idempotency keys after a day, so a key alone is not enough: before anything is sent a second
time, the transfer is looked up by its ``transfer_group``, which Stripe keeps.
"""

from typing import Final

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from revenue.models.payouts import RailName
from revenue.rails.base import Outcome, Payee, PaymentRequest, RefusedPaymentError, UnclearAnswerError
from revenue.states import PayoutState

# Where Stripe's minor unit is not ISO's; amounts would be a hundred times off. These use the bank file.
UNLIKE_ISO: Final = frozenset({"HUF", "ISK", "TWD", "UGX"})
# A definite no. Others (429, 5xx, no connection, a key in use) may have acted or may act.
_DEFINITE: Final = (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError, stripe.CardError)


class StripeRail:
    """Transfers to connected accounts."""

    name = RailName.STRIPE.value

    def __init__(self, client: stripe.StripeClient) -> None:
        self._transfers = client.v1.transfers

    @classmethod
    def from_settings(cls) -> "StripeRail":
        """Make one with the key of this installation."""
        return cls(stripe_client())

    def why_not(self, payee: Payee, currency: str) -> str:
        """Check what Stripe would refuse anyway."""
        if not payee.stripe_account:
            return _("No account with Stripe is connected.")
        if currency in UNLIKE_ISO:
            return _("Stripe counts %(currency)s in another way, so it is paid by bank transfer.") % {
                "currency": currency
            }
        return ""

    def send(self, request: PaymentRequest) -> Outcome:
        """Create the transfer under the group's own key."""
        if reason := self.why_not(request.payee, request.currency):
            raise RefusedPaymentError(reason)
        try:
            transfer = self._transfers.create(
                {
                    "amount": request.amount,
                    "currency": request.currency.lower(),
                    "destination": request.payee.stripe_account,
                    "transfer_group": request.group,
                    "description": request.text,
                    "metadata": {"payout": request.group},
                },
                options={"idempotency_key": request.group},
            )
        except _DEFINITE as error:
            raise RefusedPaymentError(error.user_message or str(error)) from error
        except stripe.StripeError as error:
            raise UnclearAnswerError(str(error)) from error
        return _outcome(transfer)

    def look_up(self, request: PaymentRequest) -> Outcome | None:
        """Find the transfer by its group."""
        try:
            found = self._transfers.list({"transfer_group": request.group, "limit": 2}).data
        except stripe.StripeError as error:
            raise UnclearAnswerError(str(error)) from error
        return _outcome(found[0]) if found else None


def stripe_client() -> stripe.StripeClient:
    """Return a client that never retries by itself: whether to try again is decided by a look-up."""
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, max_network_retries=0)


def _outcome(transfer: stripe.Transfer) -> Outcome:
    if transfer.reversed:
        return Outcome(PayoutState.RETURNED, transfer.id, "reversed")
    return Outcome(PayoutState.SENT, transfer.id)
