"""Every address of the site. Each app owns the paths in its own ``urls.py``."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("media_pipeline.urls")),
    path("", include("courses.urls")),
    path("", include("creators.urls")),
    path("", include("revenue.urls")),
    path("", include("website.urls")),
    path("documents/", include(wagtaildocs_urls)),
]
handler400 = "website.views.errors.bad_request"
handler403 = "website.views.errors.forbidden"
handler404 = "website.views.errors.not_found"
handler500 = "website.views.errors.server_error"
urlpatterns += i18n_patterns(
    path("courses/", include("courses.page_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
