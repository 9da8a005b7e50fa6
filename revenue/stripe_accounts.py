"""A creator's own account with Stripe: begun here, filled in there, and used once Stripe pays out to it.

What she writes about herself and her bank goes to Stripe alone; we keep the account's id, and whether her bank takes
what Stripe sends on from there.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import Any

import stripe
from django.db import transaction
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue.errors import PayoutDetailsError
from revenue.models import PayoutMethod, StripeAccount
from revenue.models.payouts import RailName
from revenue.payout_methods import give_details
from revenue.rails import stripe as rail
from revenue.rails.base import Payee

logger = logging.getLogger(__name__)
LONGEST_HOLDER = 70


class Standing(Enum):
    """How far an account is."""

    UNFINISHED = "unfinished"  # Stripe wants to know more of her
    CHECKED = "checked"  # Stripe is looking at what she wrote
    READY = "ready"


def begin(*, creator: Profile, country: str) -> StripeAccount:
    """Return the creator's account, made at Stripe when she has none. Raises PayoutDetailsError.

    No transaction is open while Stripe is asked, or a slow answer would hold up everybody who writes: two taps make
    one account by its key there, and one row by its constraint here.
    """
    if known := StripeAccount.objects.filter(creator=creator).first():
        return known
    with _answers():
        accounts = rail.stripe_client().v1.accounts
        params: dict[str, Any] = {
            "country": country,
            "controller": {
                "stripe_dashboard": {"type": "express"},
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
            },
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {"creator": str(creator.pk)},
        }
        if accounts.retrieve_current().country != country:  # Stripe's agreement with who is only paid, across a border
            params["tos_acceptance"] = {"service_agreement": "recipient"}
        made = accounts.create(params, options={"idempotency_key": f"account-{creator.pk}-{country}"})
    return StripeAccount.objects.get_or_create(creator=creator, defaults={"account": made.id})[0]


def way_there(account: StripeAccount, *, here: str) -> str:
    """Return the address where she goes on at Stripe: good once, for minutes. From there she comes back ``here``.

    Raises PayoutDetailsError.
    """
    with _answers():
        link = rail.stripe_client().v1.account_links.create(
            {"account": account.account, "type": "account_onboarding", "refresh_url": here, "return_url": here}
        )
    return link.url


def look(account: StripeAccount) -> tuple[Standing, str]:
    """Return how far ``account`` is now, and its country. Raises PayoutDetailsError."""
    with _answers():
        found = rail.stripe_client().v1.accounts.retrieve(account.account)
    return _standing(found), found.country or ""


def use(*, creator: Profile, by: Any) -> PayoutMethod:
    """Send the creator's money to her account with Stripe from now on, as any new payout details.

    Raises PayoutDetailsError until Stripe pays out to it, PermissionDenied unless ``by`` is the creator.
    """
    account = StripeAccount.objects.filter(creator=creator).first()
    standing, country = look(account) if account else (Standing.UNFINISHED, "")
    if account is None or standing is not Standing.READY:
        raise PayoutDetailsError(_("Stripe does not pay out to this account yet."))
    in_use = PayoutMethod.objects.current().filter(creator=creator, stripe_account=account.account).first()
    payee = Payee(creator.display_name[:LONGEST_HOLDER], country, stripe_account=account.account)
    return in_use or give_details(creator=creator, rail=RailName.STRIPE, payee=payee, by=by)


def hear_of_bank(*, account: str, payout: str) -> None:
    """Note whether her bank took what Stripe sent on from ``account``, and tell her once when it did not.

    The newest of these payouts decides, as Stripe has it now. Raises stripe.StripeError when it does not answer.
    """
    from revenue.tasks import tell_bank_problem  # tasks call what tells her

    found = rail.stripe_client().v1.payouts.retrieve(payout, options={"stripe_account": account})
    if found.status not in ("paid", "failed"):
        return
    problem = found.failure_code or "could_not_process" if found.status == "failed" else ""
    made = datetime.fromtimestamp(found.created, tz=UTC)
    with transaction.atomic():
        known = StripeAccount.objects.select_for_update().filter(account=account).first()
        if known is None:
            logger.warning("account %s belongs to nobody here", account)
            return
        before = (known.bank_heard_of, known.bank_problem)
        if (known.bank_heard_of and known.bank_heard_of > made) or before == (made, problem):
            return
        known.bank_heard_of, known.bank_problem = made, problem[:80]
        known.save(update_fields=["bank_heard_of", "bank_problem"])
        if problem:
            transaction.on_commit(partial(tell_bank_problem.enqueue, known.pk))


def _standing(account: stripe.Account) -> Standing:
    if getattr(account.capabilities, "transfers", "") == "active" and account.payouts_enabled:
        return Standing.READY
    is_waiting = account.details_submitted and not (account.requirements and account.requirements.currently_due)
    return Standing.CHECKED if is_waiting else Standing.UNFINISHED


@contextmanager
def _answers() -> Iterator[None]:
    """Turn what Stripe refuses, or leaves unanswered, into a sentence for her."""
    try:
        yield
    except stripe.InvalidRequestError as error:
        raise PayoutDetailsError(
            _("Stripe said no: %(reason)s") % {"reason": error.user_message or str(error)}
        ) from error
    except stripe.StripeError as error:
        raise PayoutDetailsError(_("Stripe does not answer. Nothing has changed; try again in a while.")) from error
