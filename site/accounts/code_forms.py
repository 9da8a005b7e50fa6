"""allauth's small forms with our words: one field each, no example text inside it, digits on a phone's keyboard."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django.utils.translation import gettext_lazy as _


class OurWords:
    """Labels in our words, and no placeholder: it goes when one types, and is hard to read before."""

    labels = {
        "email": _("E-mail"),
        "phone": _("Phone number"),
        "password": _("Password"),
        "code": _("The six digits"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
        if "password" in self.fields:
            self.fields["password"].help_text = ""


class Digits(OurWords):
    """A code: the phone shows digits and offers the one that just arrived."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class AddEmailForm(OurWords, allauth_forms.AddEmailForm):
    """Another e-mail address."""


class ChangeEmailForm(OurWords, allauth_forms.ChangeEmailForm):
    """Another e-mail address, while joining."""


class ReauthenticateForm(OurWords, allauth_forms.ReauthenticateForm):
    """The password once more."""


class ResetPasswordForm(OurWords, allauth_forms.ResetPasswordForm):
    """Where to send the code for a new password."""


class ConfirmLoginCodeForm(Digits, allauth_forms.ConfirmLoginCodeForm):
    """The code that signs in."""


class ConfirmEmailForm(Digits, allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that proves an e-mail address."""


class ConfirmPasswordResetForm(Digits, allauth_forms.ConfirmPasswordResetCodeForm):
    """The code that lets her choose a new password."""


class VerifyPhoneForm(Digits, allauth_forms.VerifyPhoneForm):
    """The code that proves a phone number."""


class ActivateTOTPForm(Digits, totp_forms.ActivateTOTPForm):
    """The first code of her app."""


class AuthenticateForm(OurWords, mfa_forms.AuthenticateForm):
    """The second step: digits of the app, or a recovery code."""

    labels = {"code": _("The digits, or a recovery code")}


class SecondStepAgainForm(AuthenticateForm, mfa_forms.ReauthenticateForm):
    """The second step once more."""
