"""Whether the person at the screen is the one who is signed in: asked before what a thief or a partner would do."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

SECOND_STEP = "mfa"


def proved_herself_lately(request: HttpRequest, *, method: str = "") -> bool:
    """Say whether she gave a password, code or second factor within ``ACCOUNT_REAUTHENTICATION_TIMEOUT``.

    With ``method`` only that one counts.
    """
    records = get_authentication_records(request, request.user)
    return any(
        time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        and (not method or record["method"] == method)
        for record in records
    )


def ask_unless_proved(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return None when she proved lately that it is she, else where she is asked; it leads back, and replays nothing.

    Whoever has a second factor gives that, others their password, and who has neither signs in anew with a code.
    """
    has_second_step = is_mfa_enabled(request.user)
    if proved_herself_lately(request, method=SECOND_STEP if has_second_step else ""):
        return None
    request.session.pop(STATE_SESSION_KEY, None)
    if has_second_step:
        place = "mfa_reauthenticate"
    elif get_adapter(request).get_reauthentication_methods(request.user):
        place = "account_reauthenticate"
    else:
        logout(request)
        place = "account_request_login_code"
    return redirect(f"{reverse(place)}?{urlencode({'next': request.path})}")
