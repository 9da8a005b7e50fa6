"""What finance fills in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from creators.models import Platform, Profile
from revenue.models import Mapping, Source
from revenue.models.sources import Figures
from revenue.models.statements import HoldReason
from revenue.money import MICROS, BadFigureError, minor_digits, parse_micros
from revenue.months import NoMonthError, parse_month
from revenue.rails.bank_messages import MOST_BYTES
from revenue.showing import countries


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
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, TSV or XLSX, as the platform made it: do not open and save it before."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    account = forms.CharField(
        label=_("Channel or site"),
        max_length=200,
        required=False,
        help_text=_("Its id, if the file does not say whose it is, as from YouTube Studio or AdSense."),
    )
    total = forms.CharField(
        label=_("Control total"), max_length=40, required=False,
        help_text=_("What the platform says the file adds up to, like 1234.56. It is posted only if the rows agree."),
    )  # fmt: skip

    def clean_total(self) -> int | None:
        """Return micros."""
        try:
            return parse_micros(self.cleaned_data["total"]) if self.cleaned_data["total"] else None
        except BadFigureError as error:
            raise forms.ValidationError(_("Write the amount like 1234.56.")) from error


class SourceForm(forms.Form):
    """A new place where reports come from."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Creators see it on their statements."))
    platform = forms.ChoiceField(
        label=_("Platform"), required=False, choices=lambda: [("", _("each row says it")), *Platform.choices]
    )
    account = forms.CharField(
        label=_("Channel or site"),
        max_length=200,
        required=False,
        help_text=_("Its id, if all files of this source are about one and do not say it."),
    )
    currency = forms.RegexField(
        label=_("Currency"), regex=r"^[A-Z]{3}$", required=False, help_text=_("Like USD. Empty if the files say it.")
    )
    figures = forms.ChoiceField(label=_("Figures"), choices=Figures)
    mapping = forms.ModelChoiceField(
        label=_("Begin with the mapping"), queryset=Mapping.objects.all(),
        help_text=_("You can change it when you see its first file."),
    )  # fmt: skip


class CloseForm(forms.Form):
    """Which month to close."""

    month = MonthField(label=_("Month"))


class StepsField(forms.CharField):
    """Steps as ``1000: 60, 5000: 50``; gives (above in micros, basis points)."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Steps"), max_length=200, required=False,
            help_text=_("Another part for what a month brings above a sum, like: 1000: 60, 5000: 50"),
        )  # fmt: skip

    def clean(self, value: Any) -> list[tuple[int, int]]:
        try:
            return [self._step(text) for text in super().clean(value).split(",") if text.strip()]
        except (BadFigureError, ValueError) as error:
            raise forms.ValidationError(_("Write the steps like 1000: 60, 5000: 50.")) from error

    def _step(self, text: str) -> tuple[int, int]:
        above, part = text.split(":")
        bps, rest = divmod(parse_micros(part) * 100, MICROS)
        if rest:
            raise ValueError("parts of a basis point")
        return parse_micros(above), bps


class AgreementForm(forms.Form):
    """A new share agreement: for everyone, a source, a creator, or both."""

    creator = forms.SlugField(
        label=_("Creator"), required=False, help_text=_("The end of her page's address. Leave it empty for everyone.")
    )
    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all(), required=False)
    percent = forms.DecimalField(
        label=_("Creator's part in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    steps = StepsField()
    step_currency = forms.RegexField(
        label=_("Currency of the steps"), regex=r"^[A-Z]{3}$", required=False, help_text=_("Like USD.")
    )
    month = MonthField(label=_("From"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_creator(self) -> Profile | None:
        """Find the creator."""
        slug = self.cleaned_data["creator"]
        return creator_at(slug) if slug else None


class TrialForm(AgreementForm):
    """An agreement that is tried on a month of the past."""

    month = MonthField(label=_("Month to try it on"))
    note = None


class TaxRecordForm(forms.Form):
    """What finance has on file for a creator."""

    creator = forms.SlugField(label=_("Creator"), help_text=_("The end of her page's address."))
    country = forms.ChoiceField(label=_("Country for tax"), choices=countries)
    form = forms.CharField(
        label=_("Form on file"), max_length=60, required=False,
        help_text=_("Named as in the rule that needs it. Empty if she has sent none."),
    )  # fmt: skip
    percent = forms.DecimalField(
        label=_("Withheld in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=0
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label=_("Why this rate"), max_length=300, required=False, help_text=_("And where that stands. She reads it.")
    )

    def clean_creator(self) -> Profile:
        """Find the creator."""
        return creator_at(self.cleaned_data["creator"])


class TaxRuleForm(forms.Form):
    """Which form a country's creators need."""

    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=countries, help_text=_("Empty for every country without a rule.")
    )
    form = forms.CharField(
        label=_("Form"), max_length=60, required=False, help_text=_("Empty if none is needed from now on.")
    )
    instructions = forms.CharField(
        label=_("What she has to send"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("She reads it: which form, where she gets it, where she sends it."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Where this stands"), max_length=300, help_text=_("The law or the advice it rests on.")
    )
    effective_from = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))


class ReceiptForm(forms.Form):
    """Money a platform has sent."""

    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all())
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=15, decimal_places=3)
    currency = forms.RegexField(label=_("Currency"), regex=r"^[A-Z]{3}$", initial="USD")
    month = MonthField(label=_("Month"))
    reference = forms.CharField(label=_("The bank's reference"), max_length=120)

    def minor(self) -> int:
        """Return the amount in minor units. Raises ValueError for parts of one."""
        return in_minor(self.cleaned_data["amount"], self.cleaned_data["currency"])


class BankFileForm(forms.Form):
    """What the bank has sent."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A payment status report (pain.002), a statement (camt.053), or a table (CSV) as in the manual."),
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.c53,.txt"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large to be a bank's answer."))
        return file


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


class AnswerForm(forms.Form):
    """Finance's answer to it; an amount corrects the line on the next statement."""

    answer = forms.CharField(
        label=_("What the creator reads"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whole sentences: what you found, and why the line is right or what was wrong."),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=_("Correct it by"), required=False, max_digits=15, decimal_places=3,
        help_text=_("Only if the line is wrong: how much she gets besides, or with a minus how much is taken off."),
    )  # fmt: skip


def creator_at(slug: str) -> Profile:
    """Return the creator whose page ends with ``slug``. Raises ValidationError."""
    profile = Profile.objects.defer("thumbnail").filter(slug=slug).first()
    if profile is None:
        raise forms.ValidationError(_("No creator has this address."))
    return profile


def in_minor(amount: Decimal, currency: str) -> int:
    """Return ``amount`` currency units in minor units. Raises ValueError for parts of one."""
    exact = amount.scaleb(minor_digits(currency))
    if exact != exact.to_integral_value():
        raise ValueError("parts of a minor unit")
    return int(exact)
