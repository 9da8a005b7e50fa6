"""What is new for her: the list, what she wants to hear of, and the way out that stands in each mail."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from courses import digest
from courses.models import Notice
from courses.models.notices import Channel
from courses.notices import kinds_for, mark_read, switch, switched_off

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """List what is new, with what a mail of hers spoke of, the newest first; a POST takes all of it as read."""
    hers = Notice.objects.owned_by(request.user).filter(Q(in_app=True) | Q(mailed_at__isnull=False))
    if request.method == "POST":
        mark_read(notices=hers, by=request.user)
        return redirect("courses:notices")
    page = Paginator(hers.order_by("-made_at", "pk"), A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [(notice, notice.words_for(request.user)) for notice in page.object_list]
    return render(request, "courses/notices.html", {"page_obj": page})


@require_safe
@never_cache
@login_required
def notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Lead to what one of her notices is about; from now on it is read."""
    found = get_object_or_404(Notice.objects.owned_by(request.user), pk=notice_id)
    mark_read(notices=Notice.objects.filter(pk=found.pk), by=request.user)
    return redirect(found.url)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def choices(request: HttpRequest) -> HttpResponse:
    """Let her choose, for each kind and channel, whether she wants to hear of it."""
    kinds, off = kinds_for(request.user), switched_off(request.user)
    if request.method == "POST":
        pairs = {(kind.value, channel.value) for kind in kinds for channel in Channel}
        chosen = {pair for pair in pairs if "-".join(pair) not in request.POST}
        switch(person=request.user, off=chosen | (off - pairs))
        messages.success(request, _("Your choice is saved."))
        return redirect("courses:notice_choices")
    rows = [
        (kind, [(channel, f"{kind}-{channel}", (kind, channel) not in off) for channel in Channel]) for kind in kinds
    ]
    return render(request, "courses/notice_choices.html", {"rows": rows})


@csrf_exempt  # a mail program presses the button, without a page of ours before it; the signed token says for whom
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """End the daily mail without signing in. Looking at the page changes nothing: mail filters open every link."""
    if request.method == "POST":
        if not digest.stop_by_token(token):
            raise Http404
        return render(request, "courses/stop_mail.html", {"stopped": True})
    known = digest.is_ours(token)
    status = HTTPStatus.OK if known else HTTPStatus.NOT_FOUND
    return render(request, "courses/stop_mail.html", {"known": known}, status=status)
