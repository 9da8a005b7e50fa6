"""Form fields that take a phone number or an e-mail address as people type them."""

from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.phones import guess_region, normalise


class PhoneField(forms.CharField):
    """A phone number, kept as E.164; numbers without + are read as of the country she seems to be in."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("help_text", _("With + and the country code, for example +41 79 123 45 67."))
        kwargs.setdefault("max_length", 40)
        kwargs["widget"] = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normalise(text, region=guess_region(context.request)) if text else ""


class ContactField(forms.CharField):
    """An e-mail address or a phone number; ``clean`` returns it in the form we keep it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("E-mail or phone number") if settings.SIGN_IN_BY_PHONE else _("E-mail"))
        kwargs.setdefault("max_length", 254)
        kwargs["widget"] = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        if "@" in text or not settings.SIGN_IN_BY_PHONE:
            validate_email(text)
            return text.lower()
        try:
            return normalise(text, region=guess_region(context.request))
        except ValidationError as error:
            raise ValidationError(
                _("This is neither an e-mail address nor a phone number. Write a phone number with + and its country."),
                code="invalid_contact",
            ) from error
