"""Where a creator's money goes: her own to say, checked before it is kept, never edited."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from creators.models import Profile
from revenue.errors import PayoutDetailsError
from revenue.models import PayoutMethod
from revenue.rails import rail_named
from revenue.rails.base import Payee

ANY_CURRENCY = "USD"


@transaction.atomic
def give_details(*, creator: Profile, rail: str, payee: Payee, by: Any) -> PayoutMethod:
    """Replace a creator's payout details; the old ones stay on record, and on payouts already made.

    Raises PayoutDetailsError with the sentence she reads, PermissionDenied unless ``by`` is the creator.
    """
    if creator.user_id != by.pk:
        raise PermissionDenied
    if reason := rail_named(rail).why_not(payee, ANY_CURRENCY):
        raise PayoutDetailsError(reason)
    Profile.objects.select_for_update().get(pk=creator.pk)
    now = timezone.now()
    PayoutMethod.objects.current().filter(creator=creator).update(replaced_at=now)
    method = PayoutMethod.objects.create(
        creator=creator, rail=rail, holder=payee.holder, country=payee.country, iban=payee.iban, bic=payee.bic,
        account_number=payee.account_number, bank_code=payee.bank_code, stripe_account=payee.stripe_account,
        made_by=by, made_at=now,
    )  # fmt: skip
    log(method, "revenue.payout_details_given", user=by, data={"rail": rail, "account": method.masked})
    return method


def payee_of(method: PayoutMethod) -> Payee:
    """Return the payee as a rail wants it."""
    return Payee(
        holder=method.holder, country=method.country, iban=method.iban, bic=method.bic,
        account_number=method.account_number, bank_code=method.bank_code, stripe_account=method.stripe_account,
    )  # fmt: skip
