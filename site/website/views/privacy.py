"""The page where she takes a copy of her data, or has it erased."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.proving import proved_herself_lately
from website.privacy import erase, export_zip, warnings


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """Show both choices; a POST with ``action=erase`` and the box ticked erases."""
    if request.method == "POST":
        if not proved_herself_lately(request):
            return _ask_who_she_is(request)
        if request.POST.get("sure") == "yes":
            user = request.user
            logout(request)
            erase(user=user, by=user)
            messages.success(request, _("Your account is closed and your data is erased."))
            return HttpResponseRedirect("/")
        messages.error(request, _("Please tick the box if you are sure."))
    return render(request, "account/privacy.html", {"warnings": warnings(request.user)})


@never_cache
@login_required
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Send her a zip of everything the site knows about her."""
    if not proved_herself_lately(request):
        return _ask_who_she_is(request)
    response = HttpResponse(export_zip(request.user), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


def _ask_who_she_is(request: HttpRequest) -> HttpResponse:
    """Lead to a password or a second step and back to this page; a POST is never replayed."""
    request.session.pop("account_reauthentication_state", None)
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?next={reverse('website:privacy')}")
