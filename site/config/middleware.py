"""Changes to Django's middleware that hold for every address."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware import locale
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LocaleMiddleware(locale.LocaleMiddleware):
    """Chooses the language; leaves a "not found" alone when a view of ours has said it.

    Django sends every 404 without a language in its address to ``/<language>/…``, because Wagtail might have a
    page there. An address such as ``/profile/`` has none: what is not hers is not found, and not somewhere else.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code != 404 or request.resolver_match is None:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
