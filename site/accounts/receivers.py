"""What happens in an account when somebody signs in."""

from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest


def end_session_with_browser(*, request: HttpRequest, user: Any, **_signal: Any) -> None:
    """On a phone that others use, the session ends when the browser closes."""
    if user.shared_phone:
        request.session.set_expiry(0)


def forget_unproved_password(*, user: Any, method: str, **_signal: Any) -> None:
    """Drop a password that was set before anyone proved to own the address.

    Somebody could join with her address and a password of his own, and wait until she signs in by code.
    """
    if method != "code" or user.last_login is not None or user.phone_verified:
        return
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])
