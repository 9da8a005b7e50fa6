"""Why a bank sent money back, in words for the creator. No Django models here.

The codes are of ISO 20022's external code set ExternalReturnReason1Code.
"""

from typing import Final

from django.utils.functional import Promise
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
