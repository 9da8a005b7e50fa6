"""Headers that Django does not set by itself."""

from collections.abc import Callable

from csp import middleware as csp
from csp.constants import HEADER, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from website.csp import current_request

# No other site inside ours may do anything; our own pages only this.
PERMISSIONS_POLICY = ", ".join(
    [
        "fullscreen=(self)",
        "picture-in-picture=(self)",
        "autoplay=(self)",
        "accelerometer=()",
        "browsing-topics=()",
        "display-capture=()",
        "geolocation=()",
        "gyroscope=()",
        "magnetometer=()",
        "midi=()",
        "payment=()",
        "usb=()",
    ]
)
# A view says ``response.may_film = True`` where somebody films or speaks into the page itself.
FILMING = {True: "camera=(self), microphone=(self), ", False: "camera=(), microphone=(), "}


# Wagtail sizes and hides parts of its admin with style attributes, and shows previews in a frame. A preview is made
# by a request of its own, for the address of its page, whose policy stays.
ADMIN_POLICY = {"style-src": [SELF, UNSAFE_INLINE], "frame-ancestors": [SELF], "frame-src": [SELF]}
PREVIEW_POLICY = {"frame-ancestors": [SELF]}


class CSPMiddleware(csp.CSPMiddleware):
    """Works out the policy of the site once, and anew only for an answer with a nonce or a policy of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.usual, self.built_from = "", None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_usual = "_csp_nonce" not in vars(request) and not any(name.startswith("_csp_") for name in vars(response))
        if settings.DEBUG or not is_usual:
            return super().process_response(request, response)
        if self.built_from is not settings.CONTENT_SECURITY_POLICY:  # a test may change it
            self.usual, self.built_from = build_policy(), settings.CONTENT_SECURITY_POLICY
        response.headers.setdefault(HEADER, self.usual)
        request.csp_nonce = csp.CheckableLazyObject(self._csp_nonce_post_response)
        return response


class SecureHeadersMiddleware:
    """Add the headers that neither Django nor django-csp sets; stands just inside ``CSPMiddleware``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = current_request.set(request)
        try:
            response = self.get_response(request)
        finally:
            current_request.reset(token)
        response.headers.setdefault(
            "Permissions-Policy", FILMING[getattr(response, "may_film", False)] + PERMISSIONS_POLICY
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith("/admin/"):
            response._csp_replace = ADMIN_POLICY
        elif getattr(request, "is_preview", False):
            response._csp_replace = PREVIEW_POLICY
        return response
