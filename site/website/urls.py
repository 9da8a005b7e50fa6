"""Addresses of website."""

from django.urls import path, re_path
from wagtail.contrib.sitemaps.views import sitemap

from website.sitemaps import Sitemap
from website.views.demo_messages import demo_messages
from website.views.health import healthz, readyz
from website.views.language import arrive, set_language
from website.views.offline import icon, manifest, on_this_phone, worker
from website.views.page_files import page_file
from website.views.privacy import download, privacy
from website.views.robots import robots
from website.views.search import search
from website.views.styleguide import styleguide
from website.views.theme import set_theme

app_name = "website"
urlpatterns = [
    path("", arrive, name="arrive"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path("worker.js", worker, name="worker"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("icons/<str:side>.png", icon, name="app_icon"),
    path("on-this-phone/", on_this_phone, name="on_this_phone"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": Sitemap}}, name="sitemap"),
    re_path(r"^files/(?P<folder>images|avatar_images)/(?P<path>.+)$", page_file, name="page_file"),
    path("search/", search, name="search"),
    path("language/", set_language, name="language"),
    path("accounts/privacy/", privacy, name="privacy"),
    path("accounts/privacy/download/", download, name="privacy_download"),
    path("theme/", set_theme, name="theme"),
    path("styleguide/", styleguide, name="styleguide"),
    path("demo/messages/", demo_messages, name="demo_messages"),
]
