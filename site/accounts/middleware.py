"""Her language and her time zone on every page, and a second factor for those who can move money or rights."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.roles import Role
from accounts.sessions import person_of

GetResponse = Callable[[HttpRequest], HttpResponse]
GUARDED_ROLES = (Role.PREPARER, Role.APPROVER, Role.ADMINISTRATOR)


class PersonMiddleware(AuthenticationMiddleware):
    """Find who is signed in, in the query that fetches her session; at once, for every answer depends on it."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = person_of(request)


class PreferencesMiddleware:
    """Show pages without a language in their address in hers, and times in her zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if not translation.get_language_from_path(request.path_info):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(request.user.time_zone):
            return self.get_response(request)


class AdminDoorMiddleware:
    """Answer 403 in the admin to those who are signed in but have no work there.

    Wagtail would send them to sign in, and since they are signed in, signing in would send them back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_known = request.path_info.startswith("/admin/") and request.user.is_authenticated
        if is_known and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return self.get_response(request)


class SecondFactorMiddleware:
    """Let finance and administrators into the admin only after a second factor, where the settings require it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_STAFF_MFA and request.path_info.startswith("/admin/"):
            return self._way_to_second_factor(request) or self.get_response(request)
        return self.get_response(request)

    def _way_to_second_factor(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not (user.is_superuser or user.has_role(*GUARDED_ROLES)):
            return None
        if not is_mfa_enabled(user):
            messages.warning(request, _("Your work here needs a second step when you sign in. Set it up first."))
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        if not any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
        return None
