"""Changing the language, and arriving without one."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Locale, Page, Site

ONE_YEAR = 365 * 24 * 60 * 60


@csrf_exempt  # It changes words and nothing else, and a token would keep every public page out of the page cache.
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language, on her account and in a cookie, and show the page she was on in it."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(target)
    if request.user.is_authenticated:
        get_user_model().objects.filter(pk=request.user.pk).update(language=language)
    response = HttpResponseRedirect(translated_address(request, target, language))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure()
    )
    return response


def translated_address(request: HttpRequest, target: str, language: str) -> str:
    """Return the address of the same page in ``language``: its translation, else that language's first page."""
    path = urlsplit(target).path
    current = translation.get_language_from_path(path)
    if not current:
        return target
    page = Page.route_for_request(request, path.removeprefix(f"/{current}"))
    locale = Locale.objects.filter(language_code=language).first()
    site = Site.find_for_request(request)
    for original in [page.page if page else None, site.root_page if site else None]:
        twin = original.get_translation_or_none(locale) if original and locale else None
        if twin and twin.live:
            return twin.get_url(request) or target
    return target


def arrive(request: HttpRequest) -> HttpResponse:
    """Lead from ``/`` to the first page in her language, if that language has one."""
    site = Site.find_for_request(request)
    language = translation.get_language()
    home = site.root_page.get_translations(inclusive=True).filter(live=True) if site else Page.objects.none()
    page = home.filter(locale__language_code=language).first() or home.first()
    return HttpResponseRedirect(page.get_url(request) if page else f"/{settings.LANGUAGE_CODE}/")
