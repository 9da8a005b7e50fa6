"""Search over what everyone may read."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Page

PER_PAGE = 10


def search(request: HttpRequest) -> HttpResponse:
    """Find public pages in the reader's language; the words are in ``?q=``."""
    words = request.GET.get("q", "").strip()[:100]
    found: object = []
    if words:
        pages = Page.objects.live().public().filter(locale__language_code=translation.get_language(), depth__gt=1)
        found = pages.search(words)
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "website/search.html", {"words": words, "page_obj": page_obj})
