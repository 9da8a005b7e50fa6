"""What Stripe sends us: a hint to look, never an answer by itself."""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

import stripe
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from revenue import payouts, stripe_accounts
from revenue.errors import NotReadyError
from revenue.models import Payout, PayoutMethod, ProviderEvent
from revenue.models.payouts import RailName
from revenue.rails.base import Outcome
from revenue.rails.stripe import stripe_client
from revenue.states import PayoutState

logger = logging.getLogger(__name__)
KEPT_DAYS: Final = 30
ABOUT_TRANSFERS: Final = frozenset({"transfer.created", "transfer.updated", "transfer.reversed"})
ABOUT_BANKS: Final = frozenset({"payout.failed", "payout.paid"})  # of connected accounts


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep a signed event once, and act on the object as Stripe has it now.

    400 for a bad signature, 404 where no key is set. Stripe sends what is about connected accounts from an endpoint
    with a secret of its own; either secret will do.
    """
    secrets = list(filter(None, [settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET]))
    if not settings.STRIPE_SECRET_KEY or not secrets:
        return HttpResponse(status=404)
    signature = request.headers.get("Stripe-Signature")
    for secret in secrets:
        try:
            event = stripe.Webhook.construct_event(request.body, signature, secret)
        except (ValueError, stripe.SignatureVerificationError):
            continue
        take(event)
        return HttpResponse(status=200)
    return HttpResponse(status=400)


def take(event: stripe.Event) -> bool:
    """Keep an event once, and act on it unless that was done; say whether it was news."""
    stored, _created = ProviderEvent.objects.get_or_create(
        rail=RailName.STRIPE, event_id=event.id,
        defaults={"kind": event.type[:80], "object_id": _object_id(event), "account": _account(event)},
    )  # fmt: skip
    if stored.handled_at is not None:
        return False
    handle(stored)
    return True


def replay(*, days: int = KEPT_DAYS) -> tuple[int, int]:
    """Take the events of the last ``days`` that never arrived; return how many there are and were new.

    About transfers, and about the bank of each account money goes to. Stripe keeps its events for thirty days.
    Raises stripe.StripeError when it does not answer; what was taken stays.
    """
    since = int((timezone.now() - timedelta(days=min(days, KEPT_DAYS))).timestamp())
    events = _events(ABOUT_TRANSFERS, since)
    in_use = PayoutMethod.objects.current().filter(rail=RailName.STRIPE)
    for account in in_use.values_list("stripe_account", flat=True):
        events += _events(ABOUT_BANKS, since, account)
    return len(events), sum(map(take, events))


def _events(kinds: frozenset[str], since: int, account: str = "") -> list[stripe.Event]:
    """Return the events of our own account, or of a connected one, the oldest first, as they happened."""
    wanted = {"created": {"gte": since}, "types": sorted(kinds), "limit": 100}
    options = {"stripe_account": account} if account else {}
    found = stripe_client().v1.events.list(wanted, options=options).auto_paging_iter()
    return list(found)[::-1]


def handle(event: ProviderEvent) -> None:
    """Fetch what the event is about and write down what became of the payout. A failure leaves it to be sent again."""
    if event.kind in ABOUT_TRANSFERS and event.object_id:
        _look_at_transfer(event.object_id)
    if event.kind in ABOUT_BANKS and event.account:
        stripe_accounts.hear_of_bank(account=event.account, payout=event.object_id)
    event.handled_at = timezone.now()
    event.save(update_fields=["handled_at"])


def _look_at_transfer(transfer_id: str) -> None:
    transfer = stripe_client().v1.transfers.retrieve(transfer_id)
    payout = Payout.objects.filter(rail=RailName.STRIPE, pk=_payout_id(transfer.transfer_group)).first()
    if payout is None:
        logger.warning("transfer %s belongs to no payout of ours", transfer_id)
        return
    state = PayoutState.RETURNED if transfer.reversed else PayoutState.PAID
    reason = "reversed" if transfer.reversed else ""
    try:
        payouts.settle(payout=payout, outcome=Outcome(state, transfer.id, reason))
    except NotReadyError:
        logger.info("transfer %s says %s of payout %s, which is %s", transfer_id, state, payout.pk, payout.state)


def _payout_id(group: str | None) -> UUID | None:
    try:
        return UUID(group or "")
    except ValueError:
        return None


def _account(event: stripe.Event) -> str:
    return str(getattr(event, "account", None) or "")[:64]


def _object_id(event: stripe.Event) -> str:
    return str(event.data.object["id"])[:120]
