"""Forms of revenue: her payout details, and what finance types."""

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from creators.models import Profile
from revenue.models import PayoutMethod, Source
from revenue.models.statements import HoldReason
from revenue.money import minor_digits
from revenue.months import NoMonthError, parse_month
from revenue.rails.base import Payee


def countries() -> list[tuple[str, str]]:
    """Return every country by its name in the reader's language."""
    names = Locale.parse(to_locale(get_language() or "en")).territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NONE]
    return [("", "—"), *sorted(found, key=lambda pair: pair[1])]


_NONE = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


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


class MonthField(forms.CharField):
    """A month as 2026-10; gives its first day."""

    widget = forms.DateInput(attrs={"type": "month"})

    def clean(self, value: Any) -> Any:
        try:
            return parse_month(super().clean(value))
        except NoMonthError as error:
            raise forms.ValidationError(str(error)) from error


class ImportForm(forms.Form):
    """A platform's file, where it is from, and for which month."""

    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all())
    month = MonthField(label=_("Month of the report"))
    file = forms.FileField(label=_("File"), help_text=_("As the platform made it: do not open and save it before."))


class CloseForm(forms.Form):
    """Which month to close."""

    month = MonthField(label=_("Month"))


class AgreementForm(forms.Form):
    """A new share agreement: for everyone, a source, a creator, or both."""

    creator = forms.SlugField(
        label=_("Creator"), required=False, help_text=_("The end of her page's address. Leave it empty for everyone.")
    )
    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all(), required=False)
    percent = forms.DecimalField(
        label=_("Creator's part in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    month = MonthField(label=_("From"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_creator(self) -> Profile | None:
        """Find the creator."""
        slug = self.cleaned_data["creator"]
        if not slug:
            return None
        profile = Profile.objects.defer("thumbnail").filter(slug=slug).first()
        if profile is None:
            raise forms.ValidationError(_("No creator has this address."))
        return profile


class ReceiptForm(forms.Form):
    """Money a platform has sent."""

    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all())
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=15, decimal_places=3)
    currency = forms.RegexField(label=_("Currency"), regex=r"^[A-Z]{3}$", initial="USD")
    month = MonthField(label=_("Month"))
    reference = forms.CharField(label=_("The bank's reference"), max_length=120)

    def minor(self) -> int:
        """Return the amount in minor units. Raises ValueError for parts of one."""
        exact = self.cleaned_data["amount"].scaleb(minor_digits(self.cleaned_data["currency"]))
        if exact != exact.to_integral_value():
            raise ValueError("parts of a minor unit")
        return int(exact)


class HoldForm(forms.Form):
    """Why a statement waits."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[choice for choice in HoldReason.choices if choice[0] != HoldReason.RETURNED]
    )
    message = forms.CharField(
        label=_("What the creator reads"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A whole sentence: what is unclear, and what she can do."),
    )  # fmt: skip
    until = forms.DateField(label=_("We look again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
