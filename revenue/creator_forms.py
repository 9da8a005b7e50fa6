"""What a creator fills in: where her money goes, and what she asks about a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revenue.models import PayoutMethod
from revenue.models.disputes import DisputeReason
from revenue.rails.base import Payee
from revenue.showing import countries


class PayoutDetailsForm(forms.Form):
    """Where her money goes; an IBAN, or an account number where the country has none."""

    holder = forms.CharField(
        label=_("Name on the account"), max_length=70, help_text=_("As it stands on your bank card.")
    )
    country = forms.ChoiceField(label=_("Country of the bank"), choices=countries)
    iban = forms.CharField(
        label=_("IBAN"), max_length=42, required=False, help_text=_("Leave it empty if your country has none.")
    )
    account_number = forms.CharField(
        label=_("Account number"), max_length=34, required=False, help_text=_("Only without an IBAN.")
    )
    bic = forms.CharField(label=_("BIC or SWIFT code"), max_length=14, required=False)
    bank_code = forms.CharField(
        label=_("Bank code"), max_length=35, required=False, help_text=_("Only if your bank has no BIC.")
    )

    def __init__(self, *args: Any, method: PayoutMethod | None = None, **kwargs: Any) -> None:
        if method and "initial" not in kwargs:
            kwargs["initial"] = {"holder": method.holder, "country": method.country}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def payee(self) -> Payee:
        """Return what she wrote as a rail wants it: without spaces, in capitals."""
        data = self.cleaned_data
        return Payee(
            holder=data["holder"].strip(), country=data["country"], iban=_compact(data["iban"]),
            bic=_compact(data["bic"]), account_number=_compact(data["account_number"]),
            bank_code=_compact(data["bank_code"]),
        )  # fmt: skip


class CountryForm(forms.Form):
    """Where she lives, which an account with Stripe is made for."""

    country = forms.ChoiceField(label=_("Country you live in"), choices=countries)


class DisputeForm(forms.Form):
    """What a creator says is wrong with a line."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=DisputeReason, widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("Tell us more"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In your own words: what do you see, and what did you expect?"),
    )  # fmt: skip


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
