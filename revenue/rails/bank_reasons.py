"""Why a bank sent money back, in words for the creator. No Django models here, and no Stripe.

The codes are of ISO 20022's external code set ExternalReturnReason1Code, and Stripe's own, as in
https://docs.stripe.com/api/payouts/failures.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

BANK_REASONS: Final[dict[str, Promise]] = {
    "AC01": _("Your bank does not know this account number."),
    "AC03": _("Your bank does not know this account number."),
    "AC04": _("This account is closed."),
    "AC06": _("This account is blocked at the moment."),
    "AG01": _("This kind of account cannot take such payments."),
    "BE01": _("The name does not fit the account."),
    "BE04": _("The bank needs your address."),
    "RC01": _("The BIC or the bank code is not right."),
}
# Those of Stripe's codes that say what one of ISO 20022 says.
FROM_STRIPE: Final = {
    "account_closed": "AC04",
    "account_frozen": "AC06",
    "bank_account_restricted": "AC06",
    "incorrect_account_holder_address": "BE04",
    "incorrect_account_holder_name": "BE01",
    "invalid_account_number": "AC01",
    "invalid_account_number_length": "AC01",
    "no_account": "AC01",
}


def stripe_bank_reason(code: str) -> str:
    """Say in the active language why a bank did not take what Stripe sent on; nothing for no code."""
    if not code:
        return ""
    return str(BANK_REASONS.get(FROM_STRIPE.get(code, ""), gettext("Your bank did not say why.")))
