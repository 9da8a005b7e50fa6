"""The forms of joining, signing in and settings; allauth's flows stand behind the first three."""

import zoneinfo
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import RequestLoginCodeForm as AllauthRequestLoginCodeForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal import flows
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, password_validation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.fields import ContactField

PASSWORD_HELP = _("At least nine characters. Three words of your own are easy to remember.")


def time_zones() -> list[tuple[str, str]]:
    """Return the choices of time zones, those of places people know."""
    places = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = [name for name in zoneinfo.available_timezones() if name == "UTC" or name.startswith(places)]
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class SignupForm(AllauthSignupForm):
    """Join with one way to be reached and a password; everything else can wait."""

    field_order = ["contact", "password1", "public_name", "shared_phone", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "phone"):
            self.fields.pop(name, None)
        self.fields["contact"] = ContactField(help_text=_("We send a code of six digits to it. Nobody else sees it."))
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password1"].widget.attrs.pop("placeholder", None)
        self.fields["public_name"] = forms.CharField(
            label=_("The name others see"),
            help_text=_("It need not be your real name. You can choose it later."),
            max_length=80,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        )
        self.fields["shared_phone"] = forms.BooleanField(
            label=_("Others use this phone too"),
            help_text=_("Then we sign you out when the browser closes."),
            required=False,
        )
        self.fields["time_zone"] = forms.CharField(
            required=False, widget=forms.HiddenInput(attrs={"data-time-zone": True})
        )
        self.order_fields(self.field_order)

    def clean_contact(self) -> str:
        """Sort the contact into ``email`` or ``phone``, which allauth's flows expect."""
        contact = self.cleaned_data["contact"]
        if "@" in contact:
            self.cleaned_data["email"] = self.validate_unique_email(get_adapter().clean_email(contact))
        else:
            self.cleaned_data["phone"] = contact
        return contact

    def clean_time_zone(self) -> str:
        """Keep a zone that exists; anything else is as if none was sent."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in zoneinfo.available_timezones() else ""

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Save, unless the same person pressed the button twice: then go on with the account just made."""
        if self.account_already_exists and (user := self._made_a_moment_ago()):
            return user, None
        return super().try_save(request)

    def _made_a_moment_ago(self) -> Any:
        user = get_user_model().objects.reached_by(self.cleaned_data["contact"])
        if user and user.last_login is None and user.check_password(self.cleaned_data["password1"]):
            return user
        return None


class LoginForm(AllauthLoginForm):
    """Sign in with e-mail or phone and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = ContactField()
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["remember"].label = _("Stay signed in on this phone")
        self.fields["remember"].required = False
        self.order_fields(["login", "password", "remember"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.user is not None and self.user.shared_phone:
            cleaned["remember"] = False
        return cleaned


class RequestLoginCodeForm(AllauthRequestLoginCodeForm):
    """Ask for a code by e-mail or phone in one field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "phone"):
            self.fields.pop(name, None)
        self.fields["contact"] = ContactField()

    def clean_contact(self) -> str:
        """Find the account by allauth's own rules (enumeration prevention and rate limits included)."""
        contact = self.cleaned_data["contact"]
        key = "email" if "@" in contact else "phone"
        self.cleaned_data[key] = contact
        self.cleaned_data[key] = self.clean_email() if key == "email" else self.clean_phone()
        return contact


class ResetPasswordKeyForm(AllauthResetPasswordKeyForm):
    """A new password after a code, typed once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password1"].widget.attrs.pop("placeholder", None)


class NewPasswordForm(forms.Form):
    """A new password, typed once; the page has asked who she is already."""

    password1 = forms.CharField(
        label=_("New password"),
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        """Apply the rules for passwords."""
        password = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.user)
        return password

    def save(self, request: HttpRequest) -> None:
        """Set it and write to her; every other session of hers ends."""
        flows.password_change.change_password(self.user, self.cleaned_data["password1"])
        flows.password_change.finalize_password_change(request, self.user)


class SettingsForm(forms.ModelForm):
    """What she chooses about herself and her phone."""

    class Meta:
        model = get_user_model()
        fields = ["public_name", "language", "time_zone", "video_quality", "shared_phone"]
        help_texts = {
            "public_name": _("It need not be your real name."),
            "time_zone": _("A deadline ends at the end of your day."),
            "video_quality": _("You can change it in every player. Nothing is loaded before you press play."),
            "shared_phone": _(
                "You are signed out when the browser closes, and messages on the phone never say what this is about."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=time_zones, help_text=self.fields["time_zone"].help_text
        )


class VideoQualityForm(forms.ModelForm):
    """What she chose in a player."""

    class Meta:
        model = get_user_model()
        fields = ["video_quality"]
