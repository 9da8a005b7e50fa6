"""Addresses of media_pipeline."""

from django.urls import URLPattern, URLResolver

app_name = "media_pipeline"
urlpatterns: list[URLPattern | URLResolver] = []
