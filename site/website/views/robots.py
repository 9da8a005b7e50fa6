"""What search engines may read."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

PRIVATE = ["/admin/", "/accounts/", "/learn/", "/studio/", "/review/", "/earnings/", "/profile/", "/v/", "/demo/"]


def robots(request: HttpRequest) -> HttpResponse:
    """Public pages yes, anybody's own pages no."""
    sitemap = request.build_absolute_uri(reverse("website:sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
