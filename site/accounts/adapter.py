"""How allauth reaches our people: phones on our user, codes by text message, nothing said that gives anyone away."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import PhoneField
from accounts.phones import country_of, guess_region, normalise, time_zone_of
from accounts.roles import Role
from accounts.sms import send_sms


class AccountAdapter(DefaultAccountAdapter):
    """Hooks of django-allauth; its documentation says when each is called."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is not right."),
        "phone_password_mismatch": gettext_lazy("The phone number or the password is not right."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "incorrect_code": gettext_lazy("This code is not right. The newest one counts."),
        "too_many_login_attempts": gettext_lazy("That was too often. Wait a few minutes, then try again."),
        "rate_limited": gettext_lazy("That was too often. Wait a few minutes, then try again."),
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Make her account, with what can be guessed of her language, country and time zone."""
        phone = form.cleaned_data.get("phone")
        user.phone = phone or None
        user.public_name = form.cleaned_data["public_name"]
        user.shared_phone = form.cleaned_data["shared_phone"]
        user.language = translation.get_language()
        user.region = country_of(phone) if phone else guess_region(request)
        user.time_zone = form.cleaned_data["time_zone"] or (time_zone_of(phone) if phone else "") or "UTC"
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            user.give_role(Role.LEARNER)
        return user

    def get_login_stages(self) -> list[str]:
        """Use our own stage for e-mail, which lets through those who have only a phone."""
        ours = {"allauth.account.stages.EmailVerificationStage": "accounts.stages.EmailVerificationStage"}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject bare: it shows on a locked phone."""
        return " ".join(subject.split())

    # -- phones --------------------------------------------------------------------------------------

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        kwargs.pop("label", None)
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return normalise(phone, region=guess_region(self.request))

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> Any:
        try:
            wanted = self.clean_phone(phone)
        except ValidationError:
            return None
        return get_user_model().objects.filter(phone=wanted).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        send_sms(phone=phone, text=_("Your code: %(code)s") % {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        send_sms(phone=phone, text=_("You asked for a code, but no account has this number."))

    def send_account_already_exists_sms(self, phone: str) -> None:
        send_sms(phone=phone, text=_("You already have an account with this number. Sign in with a code."))
