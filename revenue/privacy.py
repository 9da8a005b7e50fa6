"""What this app knows about a person, and how it forgets her.

Books are kept as the law asks, so entries, statements and the payments that were made stay. Nothing in them
names her but the account a payment went to; her page, which does, is emptied by ``creators``.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue import earnings
from revenue.models import Payout, PayoutMethod, Statement
from revenue.showing import money

STATEMENT_FIELDS = ["period__month", "currency", "opening", "earned", "payable", "carried", "state", "made_at"]
PAYOUT_FIELDS = ["statement__period__month", "amount", "currency", "rail", "state", "made_at", "paid_on", "problem"]
METHOD_FIELDS = [
    *("rail", "holder", "country", "iban", "bic", "account_number", "bank_code", "stripe_account"),
    *("made_at", "replaced_at"),
]


def export(user: Any) -> dict[str, Any]:
    """Her statements and payments in minor units, and her payout details."""
    if not Profile.objects.owned_by(user).exists():
        return {}
    return {
        "statements": list(Statement.objects.owned_by(user).order_by("period__month").values(*STATEMENT_FIELDS)),
        "payouts": list(
            Payout.objects.filter(statement__creator__user=user).order_by("made_at").values(*PAYOUT_FIELDS)
        ),
        "payout_details": list(PayoutMethod.objects.owned_by(user).order_by("made_at").values(*METHOD_FIELDS)),
    }


def warnings(user: Any) -> list[str]:
    """Say what she would lose, and what has to stay."""
    profile = Profile.objects.owned_by(user).defer("thumbnail").first()
    if profile is None:
        return []
    found = [
        _("We still owe you %(amount)s. Without an account we cannot pay it to you.")
        % {"amount": money(owed.total, owed.currency)}
        for owed in earnings.owed_to(profile)
        if owed.total > 0
    ]
    if Payout.objects.filter(statement__creator=profile).exists():
        found.append(_("The payments we made to you stay in our books as long as the law asks."))
    return found


@transaction.atomic
def erase(user: Any) -> None:
    """Delete payout details that no payment went to, and end the others."""
    methods = PayoutMethod.objects.owned_by(user)
    methods.filter(payouts__isnull=True).delete()
    methods.current().update(replaced_at=timezone.now())
