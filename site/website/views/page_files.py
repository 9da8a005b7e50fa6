"""The pictures of pages. On a large site a proxy or CDN stands in front and asks once a day."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def page_file(request: HttpRequest, folder: str, path: str) -> HttpResponseBase:
    """Send a picture as it was cut for a page.

    Originals have no address, because a phone writes into them where they were taken; documents have the
    address that asks who may read them.
    """
    return serve(request, path, document_root=settings.MEDIA_ROOT / folder)
