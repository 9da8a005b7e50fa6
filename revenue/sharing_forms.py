"""What finance fills in about shared channels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from creators.models import Channel, Platform, Profile
from revenue.forms import MonthField, creator_at
from revenue.money import MICROS, BadFigureError, parse_micros


class PartsField(forms.CharField):
    """Creators and their parts as ``mei: 40, rosa: 10``; gives (creator, basis points)."""

    def clean(self, value: Any) -> list[tuple[Profile, int]]:
        return [self._part(text) for text in super().clean(value).split(",") if text.strip()]

    def _part(self, text: str) -> tuple[Profile, int]:
        slug, _colon, part = text.partition(":")
        try:
            bps, rest = divmod(parse_micros(part) * 100, MICROS)
        except BadFigureError as error:
            raise forms.ValidationError(_("Write the parts like mei: 40, rosa: 10.")) from error
        if rest:
            raise forms.ValidationError(_("A part has at most two decimals."))
        return creator_at(slug.strip()), bps


class SharingForm(forms.Form):
    """Who shares a channel; its owner has what the others leave."""

    platform = forms.ChoiceField(label=_("Platform"), choices=Platform)
    channel = forms.CharField(
        label=_("Channel"), max_length=200, help_text=_("Its id in the platform's reports; it has to be confirmed.")
    )
    others = PartsField(
        label=_("The others and their parts in percent"), max_length=600,
        help_text=_("Like mei: 40, rosa: 10 (the end of each page's address). The owner of the channel has the rest."),
    )  # fmt: skip
    month = MonthField(label=_("From"))
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("What they agreed on, and where that is kept.")
    )

    def clean(self) -> dict[str, Any]:
        """Find the channel."""
        data = super().clean()
        confirmed = Channel.objects.confirmed().select_related("profile").defer("profile__thumbnail")
        data["found"] = confirmed.filter(
            platform=data.get("platform"), external_id=data.get("channel", "").strip()
        ).first()
        if "channel" in data and data["found"] is None:
            self.add_error("channel", _("No confirmed channel has this id."))
        return data
