"""The cache by itself: a site that counts how often it is asked, and those who ask."""

import time

from django.http import HttpResponse
from django.test import RequestFactory

from website.page_cache import PageCacheMiddleware


class Site:
    """Stands for everything inside the cache; counts how often it is asked, and remembers what."""

    def __init__(self, answer=None, seconds=0.0):
        self.asked = []
        self.answer = answer or (lambda request: HttpResponse(f"page {len(self.asked)}"))
        self.seconds = seconds

    def __call__(self, request):
        self.asked.append(request)
        time.sleep(self.seconds)
        return self.answer(request)


def get(middleware, address="/en/", *, cookies=(), **headers):
    request = RequestFactory().get(address, headers=headers)
    request.COOKIES = dict(cookies)
    return middleware(request)


def asks_twice(site, **second):
    """Whether a second, different request reaches the site too."""
    middleware = PageCacheMiddleware(site)
    get(middleware)
    get(middleware, **second)
    return len(site.asked) == 2
