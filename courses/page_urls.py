"""The addresses of course pages, below ``/<language>/courses/``."""

from django.urls import URLPattern, URLResolver, re_path

from courses.routing import serve

urlpatterns: list[URLPattern | URLResolver] = [re_path(r"^((?:[\w\-]+/){0,3})$", serve)]
