"""The messages a demo would have sent, so that anyone can try joining. Only a demo has this page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from website.demo_outbox import latest


@never_cache
def demo_messages(request: HttpRequest) -> HttpResponse:
    """Show the last text messages and e-mails."""
    if not settings.DEMO:
        raise Http404
    return render(request, "website/demo_messages.html", {"sent": latest(20)})
