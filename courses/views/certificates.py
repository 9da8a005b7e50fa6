"""A certificate: its page where anybody checks it, its files, and what verifiers of credentials ask for."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses import credentials
from courses.certificate_pdf import pdf_of
from courses.certificates import may_take_back, open_files, take_back, write_name
from courses.fonts import FontsMissing
from courses.forms import NameForm, TakeBackForm
from courses.models import Certificate
from courses.paper import LettersMissing

FRESH_SECONDS = 300  # how long a verifier may go by what it has fetched


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    """Show that a certificate is real: name, course and day, and nothing else of hers.

    Here she names it and opens its files; an administrator takes it back. A number that was never given is said to
    be one, because whoever asks has been shown something.
    """
    certificate = Certificate.objects.select_related("graduation").filter(pk=certificate_id).first()
    if certificate is None:
        return render(request, "courses/certificate_unknown.html", status=404)
    is_hers = request.user.is_authenticated and certificate.graduation.learner_id == request.user.pk
    naming = is_hers and not certificate.name
    taking = may_take_back(request.user) and certificate.taken_back_at is None
    action = request.POST.get("action", "")
    forms: dict[str, Any] = {
        "form": NameForm(request.POST if action == "name" else None) if naming else None,
        "take_back_form": TakeBackForm(request.POST if action == "take back" else None) if taking else None,
    }
    if request.method == "POST" and _done(request, certificate, action, is_hers, forms):
        return redirect(certificate)
    context = {
        "certificate": certificate,
        "graduation": certificate.graduation,
        "is_hers": is_hers,
        "has_files": is_hers or (certificate.is_open and certificate.taken_back_at is None),
        "has_credential": bool(credentials.signing_keys()),
    }
    has_errors = any(form and form.errors for form in forms.values())
    return render(request, "courses/certificate.html", context | forms, status=422 if has_errors else 200)


def _done(request: HttpRequest, certificate: Certificate, action: str, is_hers: bool, forms: dict[str, Any]) -> bool:
    """Do what the button says; say whether it is done. Raises Http404 for who may not."""
    form = {"name": forms["form"], "take back": forms["take_back_form"]}.get(action)
    if form:
        if not form.is_valid():
            return False
        try:
            if action == "name":
                write_name(certificate=certificate, name=form.cleaned_data["name"], by=request.user)
            else:
                take_back(certificate=certificate, because=form.cleaned_data["because"], by=request.user)
        except ValidationError as error:
            messages.error(request, error.message)
    elif is_hers and action in ("open", "close"):
        open_files(certificate=certificate, is_open=action == "open", by=request.user)
    elif not is_hers:
        raise Http404
    return True


def _file_of(request: HttpRequest, certificate_id: uuid.UUID) -> Certificate:
    mine = Certificate.objects.files_open_to(request.user).select_related("graduation__learner")
    return get_object_or_404(mine, pk=certificate_id)


@require_safe
@never_cache
def pdf(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    """Send the certificate as a page of PDF, made now."""
    certificate = _file_of(request, certificate_id)
    try:
        content = pdf_of(certificate, credentials.absolute("courses:verify", certificate.pk))
    except (FontsMissing, LettersMissing) as problem:
        if isinstance(problem, LettersMissing):
            messages.warning(request, str(problem))
        messages.info(request, _("The file cannot be made here. Use your browser's print instead."))
        return redirect(certificate)
    return _sent(content, "application/pdf", "hearthlight-certificate.pdf")


@require_safe
@never_cache
def credential(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    """Send the certificate as a signed Open Badges credential, for a wallet or a backpack."""
    certificate = _file_of(request, certificate_id)
    try:
        content = credentials.signed(certificate)
    except credentials.NoSigningKey as missing:
        raise Http404 from missing
    return _sent(content.encode(), "application/vc+jwt", "hearthlight-credential.jwt")


def _sent(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _published(make: Callable[..., dict[str, Any] | None]) -> Callable[..., HttpResponse]:
    """Return a view that gives everybody what ``make`` returns as JSON, in browsers of other sites too."""

    @require_safe
    def view(request: HttpRequest, **arguments: str) -> HttpResponse:
        content = make(**arguments)
        if content is None:
            raise Http404
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={FRESH_SECONDS}"}
        return JsonResponse(content, headers=headers)

    return view


def _key(key_id: str) -> dict[str, str] | None:
    return next((key.public for key in credentials.signing_keys() if key.id == key_id), None)


issuer = _published(credentials.issuer)
key_set = _published(credentials.key_set)
key = _published(_key)
revocations = _published(credentials.revocations)
