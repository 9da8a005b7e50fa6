"""Addresses of revenue."""

from django.urls import URLPattern, URLResolver, path

from revenue import views, webhooks

app_name = "revenue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("earnings/", views.overview, name="earnings"),
    path("earnings/amounts/", views.toggle_amounts, name="toggle_amounts"),
    path("earnings/payout/", views.payout_details, name="payout_details"),
    path("earnings/statements/<uuid:pk>/", views.statement, name="statement"),
    path("earnings/statements/<uuid:pk>/rows.csv", views.statement_csv, name="statement_csv"),
    path("earnings/statements/<uuid:pk>/lines/<int:position>/", views.statement_line, name="statement_line"),
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
]
