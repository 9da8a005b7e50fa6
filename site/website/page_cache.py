"""Whole pages for readers who have not signed in: drawn once, then answered without asking anything.

A page is drawn from its key alone (address, language, theme): whatever else the reader's browser sent is taken out
of the request first, so nothing of hers can be on it. See ``docs/decisions/page-cache.md``.
"""

import gzip
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, has_vary_header, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_path, get_language_from_request

from website.views.theme import THEMES

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Figures grow old, and the signed addresses of pictures and videos end.
FRESH_SECONDS = min(10 * 60, settings.MEDIA_PIPELINE_SIGNED_SECONDS // 4)
KEPT_SECONDS = 24 * 60 * 60  # what is older is shown only when the page cannot be drawn
WAIT_SECONDS = 5.0  # for somebody else who draws the same page
LOOK_SECONDS = 0.02
TRACKING = re.compile(r"(utm_\w+|_gl|_ga|gclid|gbraid|wbraid|dclid|fbclid|igshid|msclkid|twclid|ttclid|mc_[ce]id)")
KNOWN_VARY = {"", "cookie", "accept-language", "accept-encoding"}
# What a page is drawn from, besides its address, language and theme: where the site itself stands.
KEPT_HEADERS = re.compile(r"HTTP_(HOST|X_FORWARDED_(HOST|PORT|PROTO))")


@dataclass(frozen=True)
class KeptPage:
    """A page as it is sent, plain and squeezed. ``generation`` is the state of the site it was drawn from."""

    generation: str
    drawn_at: float
    status: int
    headers: dict[str, str]
    plain: bytes
    squeezed: bytes

    @classmethod
    def of(cls, response: HttpResponse, generation: str) -> "KeptPage":
        """Return ``response`` as it is kept; a browser may keep it too, but asks each time whether it still holds."""
        response.headers["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        del response.headers["Content-Length"]
        patch_cache_control(response, no_cache=True)
        patch_vary_headers(response, ("Cookie", "Accept-Encoding"))
        squeezed = gzip.compress(response.content, mtime=0) if response.content else b""
        headers = dict(response.items())
        return cls(generation, time.time(), response.status_code, headers, response.content, squeezed)

    def is_fresh(self, generation: str) -> bool:
        """Whether it is drawn from the site as it is now, and not too long ago."""
        return self.generation == generation and time.time() - self.drawn_at < FRESH_SECONDS

    def answer(self, accepts_gzip: bool, if_none_match: str) -> HttpResponse:
        """Return the page, or 304 when the browser has it."""
        squeezed = accepts_gzip and self.squeezed
        body = self.squeezed if squeezed else self.plain
        response = HttpResponse(body, status=self.status, headers=self.headers | {"Content-Length": str(len(body))})
        if squeezed:
            response.headers["Content-Encoding"] = "gzip"
        if if_none_match and self.headers["ETag"] in if_none_match:
            return get_conditional_response(_asking(if_none_match), etag=self.headers["ETag"], response=response)
        return response


def _asking(if_none_match: str) -> HttpRequest:
    """Return a request that has this one condition."""
    request = HttpRequest()
    request.method = "GET"
    request.META["HTTP_IF_NONE_MATCH"] = if_none_match
    return request


def _generation_file() -> str:
    return f"{settings.DATA_DIR}/pages.generation"


def generation() -> str:
    """Return the state of the public site, which ``purge`` changes for every process at once.

    With Redis it is a value there. Without, all processes are on one machine and look at one file: a glance at its
    size asks nothing of anybody.
    """
    if settings.REDIS_URL:
        return caches["pages"].get("generation", "")
    try:
        return str(os.stat(_generation_file()).st_size)
    except FileNotFoundError:
        return "0"


def purge() -> None:
    """Let every page be drawn anew, in every process, from the next request on."""
    if settings.REDIS_URL:
        caches["pages"].set("generation", uuid.uuid4().hex, timeout=None)
        return
    with open(_generation_file(), "ab") as file:  # appending is atomic, and a size that only grows comes only once
        file.write(b".")


def may_be_kept(request: HttpRequest) -> bool:
    """Whether the page this asks for may be everybody's: a public address, and nothing that says who asks."""
    if request.method != "GET" or getattr(request, "is_dummy", False):  # Wagtail's preview of a draft
        return False
    if not (request.path_info == "/" or get_language_from_path(request.path_info)):
        return False
    personal = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    if not personal.isdisjoint(request.COOKIES) or "HTTP_AUTHORIZATION" in request.META:
        return False
    query = request.META.get("QUERY_STRING", "")
    return not query or all(TRACKING.fullmatch(name) for name in QueryDict(query))


def is_for_everybody(response: HttpResponseBase) -> bool:
    """Whether ``response`` is a whole page without a cookie, a nonce or a wish to be left alone."""
    if response.status_code not in (200, 301, 302) or response.streaming or response.cookies:
        return False
    if re.search("private|no-store|no-cache", response.get("Cache-Control", "")):
        return False
    if "'nonce-" in response.get("Content-Security-Policy", "") or has_vary_header(response, "*"):
        return False
    return {name.strip().lower() for name in response.get("Vary", "").split(",")} <= KNOWN_VARY


class PageCacheMiddleware:
    """Stands before all that pages need: one that is kept is answered before anything else of the site is asked."""

    def __init__(self, get_response: GetResponse) -> None:
        if settings.DEBUG:  # templates are being written
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not may_be_kept(request):
            return self._for_her_alone(request)
        reader = ("gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""), request.META.get("HTTP_IF_NONE_MATCH", ""))
        key = self._reduce_to_key(request)
        now = generation()
        page: KeptPage | None = self.pages.get(key)
        if page is not None and page.is_fresh(now):
            return page.answer(*reader)
        drawn = self._draw_once(request, key, now, page)
        return drawn.answer(*reader) if isinstance(drawn, KeptPage) else drawn

    def _for_her_alone(self, request: HttpRequest) -> HttpResponseBase:
        """Pass by; and let no cache on the way keep the page of somebody who is signed in."""
        response = self.get_response(request)
        is_hers = settings.SESSION_COOKIE_NAME in request.COOKIES and get_language_from_path(request.path_info)
        if is_hers and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def _reduce_to_key(self, request: HttpRequest) -> str:
        """Take out of ``request`` all that the key does not have, and return the key."""
        language = get_language_from_request(request, check_path=True)
        theme = request.COOKIES.get("theme")
        theme = theme if theme in THEMES else ""
        address = f"{request.scheme}://{request.get_host()}{request.path_info}"
        csrf = request.COOKIES.get(settings.CSRF_COOKIE_NAME)  # a page that uses it sets a cookie, so is not kept
        for name in [name for name in request.META if name.startswith("HTTP_") and not KEPT_HEADERS.fullmatch(name)]:
            del request.META[name]
        request.META |= {"QUERY_STRING": "", "HTTP_ACCEPT_LANGUAGE": language}
        cookies = {"theme": theme, settings.CSRF_COOKIE_NAME: csrf}
        request.COOKIES = {name: value for name, value in cookies.items() if value}
        return hashlib.blake2b(f"{address}|{language}|{theme}".encode(), digest_size=16).hexdigest()

    def _draw_once(self, request: HttpRequest, key: str, now: str, old: KeptPage | None) -> KeptPage | HttpResponseBase:
        """Draw the page, or wait for somebody who is drawing it; an old page helps out where neither works."""
        drawing = f"{key}.drawing"
        if not self.pages.add(drawing, 1, WAIT_SECONDS):
            if old is not None and old.generation == now:
                return old  # only a little too old
            return self._wait(key, drawing, now) or self._draw(request, key, now, old)
        try:
            page: KeptPage | None = self.pages.get(key)  # it may have come between looking and locking
            if page is not None and page.is_fresh(now):
                return page
            return self._draw(request, key, now, old)
        finally:
            self.pages.delete(drawing)

    def _draw(self, request: HttpRequest, key: str, now: str, old: KeptPage | None) -> KeptPage | HttpResponseBase:
        response = self.get_response(request)
        if is_for_everybody(response):
            page = KeptPage.of(response, now)
            self.pages.set(key, page, KEPT_SECONDS)
            return page if response.content else response  # a redirect has nothing to squeeze
        return old if old is not None and response.status_code >= 500 else response

    def _wait(self, key: str, drawing: str, now: str) -> KeptPage | None:
        """Return the page that another is drawing, or None when nothing comes of it."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            found = self.pages.get_many([drawing, key])  # in this order: what is kept is there before it is let go
            if key in found and found[key].is_fresh(now):
                return found[key]
            if drawing not in found:
                return None
        return None
