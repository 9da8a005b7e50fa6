"""What browsers send every few seconds goes past the middleware that it has no use for.

``settings.SHORT_WAYS`` says which addresses, ``settings.SHORT_WAY`` what still stands before their views. Whatever is
not answered there with 200 goes the whole way from its beginning, so every refusal is what it is anywhere else; what
is sent to such an address must be harmless when it comes twice. See ``docs/decisions/short-way.md``.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_protect

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def _way_to(view: str) -> GetResponse:
    """Return ``view`` behind the check for forged requests and the middleware of the short way."""
    way: GetResponse = csrf_protect(import_string(view))
    for name in reversed(settings.SHORT_WAY):
        way = import_string(name)(way)
    return convert_exception_to_response(way)


class ShortWayMiddleware:
    """Stands outermost and leads some addresses the short way; see the module."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.ways = {path: _way_to(view) for path, view in settings.SHORT_WAYS.items()}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if way := self.ways.get(request.path_info):
            response = way(request)
            if response.status_code == HTTPStatus.OK:
                return response
        return self.get_response(request)
