"""Addresses of creators."""

from django.urls import URLPattern, URLResolver

app_name = "creators"
urlpatterns: list[URLPattern | URLResolver] = []
