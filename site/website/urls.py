"""Addresses of website."""

from django.urls import URLPattern, URLResolver, path

from website.views.styleguide import styleguide
from website.views.theme import set_theme

app_name = "website"
urlpatterns: list[URLPattern | URLResolver] = [
    path("styleguide/", styleguide, name="styleguide"),
    path("theme/", set_theme, name="theme"),
]
