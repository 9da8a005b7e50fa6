"""Search over what everyone may read."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Locale, Page

PER_PAGE = 10
LONGEST = 100


def search(request: HttpRequest) -> HttpResponse:
    """Find public pages in the reader's language; the words are in ``?q=``."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    page_obj = Paginator(find(words), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "website/search.html", {"words": words, "page_obj": page_obj})


def find(words: str) -> Any:
    """Return the public pages in the active language that have ``words``.

    Only letters and digits go to the index, because SQLite reads quotation marks as syntax. What its index does
    not divide into words, such as Chinese, is looked for in titles and summaries.
    """
    plain = " ".join(re.findall(r"\w+", words))
    if not plain:
        return Page.objects.none()
    pages = Page.objects.live().public().filter(locale=Locale.get_active(), depth__gt=1)
    found = pages.search(plain)
    if found.count():
        return found
    return pages.filter(Q(title__icontains=plain) | Q(search_description__icontains=plain)).order_by("title", "pk")
