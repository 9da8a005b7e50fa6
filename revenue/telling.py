"""What a creator is told outside the site."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from creators.models import Profile
from revenue.models import ChannelSharing, Dispute, PayoutMethod, StripeAccount
from revenue.rails.bank_reasons import stripe_bank_reason


def tell_where_money_goes(creator: Profile) -> int:
    """Tell her, everywhere she can be reached, where her money goes now and how to undo a change; return to how many.

    Told twice is harmless: it says how things stand.
    """
    method = PayoutMethod.objects.current().filter(creator=creator).first()
    return _tell(creator.user, "details", reverse("revenue:payout_details"), method=method)


def tell_answer(dispute: Dispute) -> int:
    """Tell her that her question about a statement is answered, and where; return to how many addresses."""
    statement = dispute.line.statement
    return _tell(statement.creator.user, "answer", statement.get_absolute_url(), month=statement.period)


def tell_sharing(sharing: ChannelSharing) -> int:
    """Tell each creator of a shared channel her part and from when, or that it ends; return to how many addresses."""
    parts = sharing.parts.select_related("creator__user").defer("creator__thumbnail").order_by("place")
    address = reverse("revenue:earnings")
    return sum(_tell(part.creator.user, "sharing", address, sharing=sharing, part=part) for part in parts)


def tell_bank_problem(account: StripeAccount) -> int:
    """Tell her that Stripe could not send her money on to her bank, why, and where to mend it; return to how many."""
    user = account.creator.user
    with translation.override(user.language):
        reason = stripe_bank_reason(account.bank_problem)
    return _tell(user, "bank", reverse("revenue:stripe_account"), reason=reason)


def _tell(user: Any, template: str, path: str, **context: Any) -> int:
    address = settings.SITE_URL.rstrip("/") + path
    with translation.override(user.language):
        subject, body, short = (
            render_to_string(
                f"revenue/email/{template}{part}.txt", {"name": user, "address": address, **context}
            ).strip()
            for part in ("_subject", "", "_short")
        )
    return user.tell(subject=subject, body=body, short=short)
