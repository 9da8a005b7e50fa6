"""Where a creator's money goes: her own to say, checked before it is kept, never edited.

Who has her phone in hand can be a thief or a partner who wants her money. So a change is told to her everywhere she
can be reached, and no money goes to the new account for ``REVENUE_DETAILS_HOLD_DAYS``, in which she can take it back.
The page asks besides that she proves who she is (:mod:`revenue.views`).
"""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue import attention
from revenue.audit import log
from revenue.errors import NotReadyError, PayoutDetailsError
from revenue.models import PayoutMethod
from revenue.rails import rail_named
from revenue.rails.base import Payee

ANY_CURRENCY = "USD"


@transaction.atomic
def give_details(*, creator: Profile, rail: str, payee: Payee, by: Any) -> PayoutMethod:
    """Replace a creator's payout details; the old ones stay on record, and on payouts already made. She is told.

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
        made_by=by, made_at=now, usable_from=now + timedelta(days=settings.REVENUE_DETAILS_HOLD_DAYS),
    )  # fmt: skip
    attention.look_again(creator)
    log(method, "revenue.payout_details_given", user=by, data={"rail": rail})
    _tell(creator)
    return method


@transaction.atomic
def take_back(*, creator: Profile, by: Any) -> PayoutMethod | None:
    """End details that are not used yet, and go back to those used before them, if there were any. She is told.

    Raises NotReadyError when money goes to them already, PermissionDenied unless ``by`` is the creator.
    """
    if creator.user_id != by.pk:
        raise PermissionDenied
    Profile.objects.select_for_update().get(pk=creator.pk)
    hers = PayoutMethod.objects.filter(creator=creator)
    changed = hers.waiting().first()
    if changed is None:
        raise NotReadyError(_("There is no change that could be taken back."))
    changed.replaced_at = timezone.now()
    changed.save(update_fields=["replaced_at"])
    before = hers.used_before().first()
    if before:
        before.replaced_at = None
        before.save(update_fields=["replaced_at"])
    attention.look_again(creator)
    log(changed, "revenue.payout_details_taken_back", user=by)
    _tell(creator)
    return before


def payee_of(method: PayoutMethod) -> Payee:
    """Return the payee as a rail wants it."""
    return Payee(
        holder=method.holder, country=method.country, iban=method.iban, bic=method.bic,
        account_number=method.account_number, bank_code=method.bank_code, stripe_account=method.stripe_account,
    )  # fmt: skip


def _tell(creator: Profile) -> None:
    from revenue.tasks import tell_where_money_goes

    transaction.on_commit(partial(tell_where_money_goes.enqueue, str(creator.pk)))
