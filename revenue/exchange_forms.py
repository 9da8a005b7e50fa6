"""What finance fills in about currencies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revenue.forms import in_minor
from revenue.models import Source
from revenue.money import NANOS

CODE = r"^[A-Z]{3}$"


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class RateForm(forms.Form):
    """What one currency was worth in another on a day."""

    base = forms.RegexField(label=_("One unit of"), regex=CODE, help_text=_("Like USD."))
    rate = forms.DecimalField(label=_("is worth"), min_value=0, max_digits=17, decimal_places=9)
    quote = forms.RegexField(label=_("of"), regex=CODE, help_text=_("Like EUR."))
    day = _day(_("On"))
    source = forms.CharField(
        label=_("Where this stands"), max_length=300, help_text=_("Like: European Central Bank, reference rates.")
    )

    def clean_rate(self) -> int:
        """Return billionths."""
        return int(self.cleaned_data["rate"] * NANOS)


class ArrivalForm(forms.Form):
    """What a platform owed and what arrived for it."""

    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all())
    owed = forms.DecimalField(label=_("It paid"), min_value=0, max_digits=15, decimal_places=3)
    owed_currency = forms.RegexField(label=_("Currency it owed"), regex=CODE, initial="USD")
    arrived = forms.DecimalField(label=_("Arrived at the bank"), min_value=0, max_digits=15, decimal_places=3)
    arrived_currency = forms.RegexField(label=_("Currency that arrived"), regex=CODE, initial="EUR")
    day = _day(_("On"))
    reference = forms.CharField(label=_("The bank's reference"), max_length=120)

    def clean(self) -> dict[str, Any]:
        """Turn both amounts into minor units."""
        data = super().clean()
        for name in ("owed", "arrived"):
            if name in data and f"{name}_currency" in data:
                try:
                    data[name] = in_minor(data[name], data[f"{name}_currency"])
                except ValueError:
                    self.add_error(name, _("This currency has fewer decimals."))
        return data
