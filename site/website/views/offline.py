"""What makes the site an app that works without a network: its worker, its manifest, its icons, and one page."""

import hashlib
import json
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from website import app_icon

SOURCE = Path(__file__).with_name("worker.js")
SHELL = ["css/site.css", "css/dark.css", "css/app.css", "js/site.js", "js/on-this-phone.js", "js/offline/kept.js"]
FORGETTING = ["account_logout", "website:privacy"]  # what is kept on the phone goes when she signs out or is erased


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker, told which files the one page needs; its version changes with any of them."""
    source = SOURCE.read_text()
    page = reverse("website:on_this_phone")
    facts = {"PAGE": page, "SHELL": [page, *map(static, SHELL)], "FORGETTING": [reverse(name) for name in FORGETTING]}
    version = hashlib.blake2b(f"{facts}{source}".encode(), digest_size=8).hexdigest()
    told = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in ({"VERSION": version} | facts).items())
    return HttpResponse(told + source, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """Say how the site looks as an app: its name, its icons, where it begins (W3C, "Web Application Manifest")."""
    icons = [{"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}]
    for side in app_icon.SIDES[1:]:
        icons.append({"src": reverse("website:app_icon", args=[side]), "sizes": f"{side}x{side}", "type": "image/png"})
    icons.append(icons[-1] | {"purpose": "maskable"})
    about = {
        "id": "/",
        "name": "Hearthlight",
        "short_name": "Hearthlight",
        "description": _("Learn to make films at home, one small lesson at a time, and earn from what you make."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("courses:dashboard"),
        "scope": "/",
        "display": "standalone",
        "background_color": app_icon.PAPER,
        "theme_color": app_icon.PAPER,
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def icon(request: HttpRequest, side: str) -> HttpResponse:
    """Send the icon in one of the sizes that phones ask for."""
    if side not in map(str, app_icon.SIDES):
        raise Http404
    return HttpResponse(app_icon.png(int(side)), content_type="image/png")


@require_safe
@cache_control(no_cache=True)
def on_this_phone(request: HttpRequest) -> HttpResponse:
    """Show the frame of the page that lists what the browser keeps; shown too where there is no network.

    It is drawn for nobody, whoever asks: a phone keeps it, and the next person may read it. What she is to be told
    waits for a page of hers; most often it is the worker that asks for this one.
    """
    request.user = AnonymousUser()
    return render(request, "website/on_this_phone.html", {"messages": ()})
