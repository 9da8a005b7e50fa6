"""What browsers send every few seconds goes past the middleware that it has no use for.

``settings.SHORT_WAYS`` says which addresses, ``settings.SHORT_WAY`` what still stands before their views, and
``settings.SAID_ALWAYS`` what adds the same headers to every answer, and is asked for them once. Whatever is
not answered there with 200 goes the whole way from its beginning, so every refusal is what it is anywhere else; what
is sent to such an address must be harmless when it comes twice. See ``docs/decisions/short-way.md``.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_protect

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def _behind(names: list[str], way: GetResponse) -> GetResponse:
    """Return ``way`` behind the middleware of ``names``."""
    for name in reversed(names):
        way = import_string(name)(way)
    return convert_exception_to_response(way)


class ShortWayMiddleware:
    """Stands outermost and leads some addresses the short way; see the module."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        views = {path: csrf_protect(import_string(view)) for path, view in settings.SHORT_WAYS.items()}
        self.ways = {path: _behind(settings.SHORT_WAY, view) for path, view in views.items()}
        self.empty_answer = _behind(settings.SAID_ALWAYS, lambda _request: HttpResponse())
        self.said: dict[bool, list[tuple[str, str]] | None] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        way = self.ways.get(request.path_info)
        if way and (said := self._said(request)) is not None:
            response = way(request)
            if response.status_code == HTTPStatus.OK:
                for name, value in said:
                    response.headers[name] = value
                return response
        return self.get_response(request)

    def _said(self, request: HttpRequest) -> list[tuple[str, str]] | None:
        """Return the headers of every answer, with TLS or without; None where without it nothing is answered."""
        is_secure = request.is_secure()
        if is_secure not in self.said:
            answer = self.empty_answer(request)
            headers = [header for header in answer.items() if header[0] != "Content-Type"]
            self.said[is_secure] = headers if answer.status_code == HTTPStatus.OK else None
        return self.said[is_secure]
