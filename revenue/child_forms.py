"""What a creator declares about children in her videos, and the rules that finance writes down."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revenue.children import REGION, Video
from revenue.models.children import LONGEST_ALIAS

_LENGTH = re.compile(r"(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,4}):(?P<seconds>[0-5]\d)", re.ASCII)


class LengthField(forms.CharField):
    """A length as ``4:05`` or ``1:04:05``; gives seconds."""

    default_error_messages = {"length": _("Write it in minutes and seconds, like 4:05.")}

    def clean(self, value: Any) -> int:
        match = _LENGTH.fullmatch(super().clean(value).strip())
        if match is None:
            raise forms.ValidationError(self.error_messages["length"], code="length")
        return int(match["hours"] or 0) * 3600 + int(match["minutes"]) * 60 + int(match["seconds"])


class AppearanceForm(forms.Form):
    """Which child is in which video of hers, and for how long."""

    video = forms.ChoiceField(label=_("Video"))
    older = forms.CharField(
        label=_("Or the id of an older video"), max_length=64, required=False,
        help_text=_("Only the latest videos are in the list. The id is in the address of the video."),
    )  # fmt: skip
    alias = forms.CharField(
        label=_("A name for the child"), max_length=LONGEST_ALIAS,
        help_text=_("One that only you understand, never the real one. Use the same one for the same child."),
    )  # fmt: skip
    length = LengthField(label=_("Length of the video"), max_length=10, help_text=_("Like 4:05"))
    seconds = LengthField(
        label=_("How long the child is seen or talked about"), max_length=10,
        help_text=_("Like 1:30; write 0:00 when the child is not in the video after all."),
    )  # fmt: skip
    region = forms.CharField(
        label=_("Where the video was made"), max_length=6, required=False,
        help_text=_("Country, or country and state, like US-IL. Left empty: where you said last."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, videos: list[Video], find: Callable[[str], Video | None] | None = None, place: str = "",
        **kwargs: Any,
    ) -> None:  # fmt: skip
        """Offer ``videos``; ``find`` gives another one of hers by its id when there are more.

        ``place`` is where she said last that a video was made; without one she has to say it now.
        """
        super().__init__(*args, **kwargs)
        self.fields["region"].required = not place
        self._find = find
        if find is None:
            del self.fields["older"]
        self.fields["video"].choices = [
            (f"{video.platform}/{video.video_id}", video.title or video.video_id) for video in videos
        ]

    def clean_region(self) -> str:
        """Return the place in capitals."""
        return self.cleaned_data["region"].upper()

    def clean_video(self) -> tuple[str, str]:
        """Return the platform and the video's id."""
        platform, _slash, video_id = self.cleaned_data["video"].partition("/")
        return platform, video_id

    def clean(self) -> None:
        """Take the older video when one is named."""
        video_id = self.cleaned_data.get("older", "")
        if not video_id or not self._find:
            return
        if found := self._find(video_id):
            self.cleaned_data["video"] = found.platform, found.video_id
        else:
            self.add_error("older", _("This video has not earned anything for you."))


class ChildRuleForm(forms.Form):
    """What is set aside for children of a region."""

    region = forms.RegexField(
        label=_("Country or region"), regex=rf"\A{REGION.pattern}\Z", help_text=_("Like US-IL, or FR.")
    )
    threshold = forms.DecimalField(
        label=_("A video counts from this share on, in percent"), min_value=0, max_value=100, max_digits=5,
        decimal_places=2,
    )  # fmt: skip
    factor = forms.DecimalField(
        label=_("Part of the child's share that is set aside, in percent"), min_value=0, max_value=100, max_digits=5,
        decimal_places=2, help_text=_("0 ends the rule."),
    )  # fmt: skip
    below_age = forms.IntegerField(label=_("For children younger than"), min_value=1, max_value=30)
    effective_from = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("Where this stands"), max_length=400)
    checked_on = forms.DateField(label=_("Read there on"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_effective_from(self) -> date:
        """Return the first day of a month; whole months are counted."""
        day = self.cleaned_data["effective_from"]
        if day.day != 1:
            raise forms.ValidationError(_("A rule begins on the first day of a month."))
        return day
