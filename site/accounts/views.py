"""Pages of an account that allauth does not have."""

from http import HTTPStatus

from allauth.account.internal.flows.reauthentication import suspend_request
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import NewPasswordForm, SettingsForm, VideoQualityForm
from accounts.proving import proved_herself_lately


@login_required
@require_http_methods(["GET", "POST"])
def edit_settings(request: HttpRequest) -> HttpResponse:
    """Let her choose her name, language, zone, and how careful this phone should be."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.save(update_fields=[*form.fields])  # what others write on her row meanwhile stays
        request.session.set_expiry(0 if user.shared_phone else None)
        translation.activate(user.language)
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")
    if form.errors:
        request.user.refresh_from_db()  # the page must not greet her with a name that was not accepted
    return render(request, "account/settings.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a new password, after a code, password or second factor of a few minutes ago."""
    if not proved_herself_lately(request):
        return suspend_request(request, reverse("account_reauthenticate"))
    form = NewPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save(request)
        return redirect("accounts:settings")
    return render(request, "account/password_change.html", {"form": form})


@login_required
@require_POST
def keep_video_quality(request: HttpRequest) -> HttpResponse:
    """Remember for her account what she chose in a player: 204, or 422 for a quality that does not exist."""
    form = VideoQualityForm(request.POST, instance=request.user)
    if not form.is_valid():
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.save(commit=False).save(update_fields=[*form.fields])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End her sessions on every other phone and computer, and keep this one."""
    request.user.sign_out_everywhere()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:settings")
