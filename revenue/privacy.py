"""What this app knows about a person, and how it forgets her.

Books are kept as the law asks, so entries, statements, the payments that were made, what finance recorded for tax, and
what was asked and answered about a statement stay. Of what names her they hold the account a payment went to, her
country for tax and her own words; her page, which names her, is emptied by ``creators``.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue import children, earnings
from revenue.models import (
    Appearance,
    Child,
    Dispute,
    Payout,
    PayoutMethod,
    SharingPart,
    Statement,
    StripeAccount,
    TaxRecord,
)
from revenue.showing import money

STATEMENT_FIELDS = [
    "period__month",
    "currency",
    "opening",
    "earned",
    "reserved",
    "withheld",
    "payable",
    "carried",
    "state",
    "made_at",
]
PAYOUT_FIELDS = ["statement__period__month", "amount", "currency", "rail", "state", "made_at", "paid_on", "problem"]
DISPUTE_FIELDS = [
    *("line__statement__period__month", "line__position", "reason", "message", "raised_at"),
    *("state", "answer", "answered_at"),
]
TAX_FIELDS = ["country", "form", "rate_bps", "valid_from", "valid_until", "note", "recorded_at"]
SHARING_FIELDS = ["sharing__channel__external_id", "bps", "sharing__effective_from", "sharing__effective_to"]
CHILD_FIELDS = ["child__alias", "platform", "video_id", "seconds", "length", "region", "declared_at"]
METHOD_FIELDS = [
    *("rail", "holder", "country", "iban", "bic", "account_number", "bank_code", "stripe_account"),
    *("made_at", "replaced_at"),
]


def export(user: Any) -> dict[str, Any]:
    """Her statements and payments in minor units, and her payout details."""
    profile = Profile.objects.owned_by(user).defer("thumbnail").first()
    if profile is None:
        return {}
    return {
        "statements": list(Statement.objects.owned_by(user).order_by("period__month").values(*STATEMENT_FIELDS)),
        "payouts": list(
            Payout.objects.filter(statement__creator__user=user).order_by("made_at").values(*PAYOUT_FIELDS)
        ),
        "questions": list(Dispute.objects.owned_by(user).order_by("raised_at").values(*DISPUTE_FIELDS)),
        "shared_channels": list(_parts(user).order_by("sharing__effective_from").values(*SHARING_FIELDS)),
        "children": list(Appearance.objects.filter(child__creator__user=user).values(*CHILD_FIELDS)),
        "set_aside": [
            {"child": kept.child.alias, "currency": kept.currency, "amount": kept.amount}
            for kept in children.kept_for(profile)
        ],
        "tax": list(TaxRecord.objects.owned_by(user).order_by("recorded_at").values(*TAX_FIELDS)),
        "payout_details": list(PayoutMethod.objects.owned_by(user).order_by("made_at").values(*METHOD_FIELDS)),
        "stripe_account": list(
            StripeAccount.objects.filter(creator__user=user).values("account", "made_at", "bank_problem")
        ),
    }


def _parts(user: Any) -> Any:
    return SharingPart.objects.filter(creator__user=user)


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
    found += [
        _(
            "%(amount)s is set aside for “%(child)s”. It stays; take the record of your children with you first, "
            "because afterwards nobody knows whose it is."
        )
        % {"amount": money(kept.amount, kept.currency), "child": kept.child.alias}
        for kept in children.kept_for(profile)
        if kept.amount
    ]
    if Payout.objects.filter(statement__creator=profile).exists():
        found.append(_("The payments we made to you stay in our books as long as the law asks."))
    if Dispute.objects.filter(line__statement__creator=profile).exists():
        found.append(_("What you asked about your statements, and our answers, stay with the books too."))
    return found


@transaction.atomic
def erase(user: Any) -> None:
    """Delete payout details that no payment went to and end the others; take the names she gave her children away."""
    for child in Child.objects.owned_by(user):
        Child.objects.filter(pk=child.pk).update(alias=str(child.pk)[:8])
    methods = PayoutMethod.objects.owned_by(user)
    methods.filter(payouts__isnull=True).delete()
    methods.current().update(replaced_at=timezone.now())
    StripeAccount.objects.filter(creator__user=user).delete()
