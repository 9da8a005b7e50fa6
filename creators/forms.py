"""What she fills in: her page, and a channel."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import Audience, Certificate, Submission
from creators.addresses import AddressRefused, read_address
from creators.models import Channel, Platform, Profile
from creators.names import language_choices
from creators.photos import CleanPhoto, PhotoRefused, clean_photo
from creators.profiles import tells_how_to_reach_her

MOST_FILMS = 24
NO_CONTACT = _("Leave out e-mail addresses and phone numbers. Anyone may read this page.")


class ProfileForm(forms.ModelForm):
    """Her public page: what it says, and what of it others see."""

    languages = forms.MultipleChoiceField(
        label=_("Languages I speak"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP, up to 15 MB. We take out where and when it was made."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_photo = forms.BooleanField(label=_("Take my photo away"), required=False)
    films = forms.ModelMultipleChoiceField(
        label=_("Films on my page"),
        queryset=Submission.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Films of yours that an instructor has passed. Anyone can watch the ones you choose."),
    )
    certificates = forms.ModelMultipleChoiceField(
        label=_("Certificates on my page"),
        queryset=Certificate.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A certificate shows the name that you had then."),
    )
    shown_channels = forms.ModelMultipleChoiceField(
        label=_("Channels on my page"),
        queryset=Channel.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only channels that are confirmed can be shown."),
    )

    class Meta:
        model = Profile
        fields = [
            "display_name",
            "slug",
            "bio",
            "languages",
            "show_languages",
            "show_photo",
            "show_region",
            "allow_search_engines",
        ]
        labels = {
            "display_name": _("Name on the page"),
            "slug": _("Address of the page"),
            "bio": _("About me"),
            "show_languages": _("Show the languages I speak"),
            "show_photo": _("Show my photo"),
            "show_region": _("Show the country I live in"),
            "allow_search_engines": _("Let search engines find my page"),
        }
        help_texts = {
            "display_name": _("It need not be your full name."),
            "slug": _("Small letters, digits and dashes. The old address stops working when you change it."),
            "bio": _("A few sentences about you and your films. Leave out where you live and when you are at home."),
            "show_region": _("Only the country, never the place."),
            "allow_search_engines": _("While this is off, we ask search engines to leave your page out."),
        }
        widgets = {"bio": forms.Textarea(attrs={"rows": 6})}

    field_order = [
        *("display_name", "bio", "new_photo", "remove_photo", "show_photo", "languages", "show_languages"),
        *("show_region", "films", "certificates", "shown_channels", "slug", "allow_search_engines"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = language_choices()
        if not self.instance.photo:
            del self.fields["remove_photo"]
        user = self.instance.user
        self._offer(
            "films",
            Submission.objects.owned_by(user)
            .filter(state=Submission.State.PASSED, audience=Audience.PUBLIC)
            .order_by("decided_at"),
            self.instance.portfolio.values_list("submission_id", flat=True),
        )
        self._offer(
            "certificates",
            Certificate.objects.valid().owned_by(user).select_related("graduation").order_by("issued_at"),
            self.instance.certificates.values_list("pk", flat=True),
        )
        confirmed = self.instance.channels.confirmed()
        self._offer("shown_channels", confirmed, confirmed.filter(is_shown=True).values_list("pk", flat=True))

    def _offer(self, name: str, choices: QuerySet[Any], chosen: Iterable[UUID]) -> None:
        """Let her choose among ``choices``; where there are none, leave the question out."""
        if not choices.exists():
            del self.fields[name]
            return
        self.fields[name].queryset = choices
        self.initial[name] = list(chosen)

    def clean_display_name(self) -> str:
        name = self.cleaned_data["display_name"].strip()
        if tells_how_to_reach_her(name):
            raise forms.ValidationError(NO_CONTACT)
        return name

    def clean_bio(self) -> str:
        bio = self.cleaned_data["bio"].strip()
        if tells_how_to_reach_her(bio):
            raise forms.ValidationError(NO_CONTACT)
        return bio

    def clean_films(self) -> QuerySet[Submission]:
        films = self.cleaned_data["films"]
        if len(films) > MOST_FILMS:
            raise forms.ValidationError(_("Choose at most %(number)s films.") % {"number": MOST_FILMS})
        return films

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        if len(slug) < 3:
            raise forms.ValidationError(_("Use at least three letters."))
        if len(re.sub(r"\D", "", slug)) > 6:
            raise forms.ValidationError(NO_CONTACT)
        return slug

    def clean_new_photo(self) -> CleanPhoto | None:
        upload = self.cleaned_data["new_photo"]
        if not upload:
            return None
        try:
            return clean_photo(upload, size=upload.size)
        except PhotoRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class ChannelForm(forms.Form):
    """A channel she says is hers."""

    platform = forms.ChoiceField(label=_("Where is your channel?"), choices=Platform, widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Address or id of the channel"),
        max_length=400,
        help_text=_("Open your channel, copy its address, and put it in here."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "inputmode": "url"}
        ),
    )
    title = forms.CharField(label=_("Name of the channel"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("platform") and data.get("address"):
            try:
                read_address(data["platform"], data["address"])
            except AddressRefused as refused:
                self.add_error("address", str(refused))
        return data
