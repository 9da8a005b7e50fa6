"""The public proof of a certificate."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.forms import NameForm
from courses.graduation import write_name
from courses.models import Certificate


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    """Show that a certificate is real: name, course and day, and nothing else of hers. She may print it here."""
    certificate = get_object_or_404(Certificate.objects.select_related("graduation"), pk=certificate_id)
    is_hers = request.user.is_authenticated and certificate.graduation.learner_id == request.user.pk
    form = NameForm(request.POST or None) if is_hers and not certificate.name else None
    if request.method == "POST":
        if not is_hers:
            raise Http404
        if form and form.is_valid():
            try:
                write_name(certificate=certificate, name=form.cleaned_data["name"], by=request.user)
            except ValidationError as error:
                messages.error(request, error.message)
            return redirect(certificate)
    context = {"certificate": certificate, "graduation": certificate.graduation, "is_hers": is_hers, "form": form}
    return render(request, "courses/certificate.html", context, status=422 if form and form.errors else 200)
