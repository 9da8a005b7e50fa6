"""Addresses of revenue."""

from django.urls import URLPattern, URLResolver, path

from revenue import webhooks

app_name = "revenue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
]
