"""Addresses of revenue."""

from django.urls import URLPattern, URLResolver, path

from revenue import child_views, stripe_views, views, webhooks

app_name = "revenue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("earnings/", views.overview, name="earnings"),
    path("earnings/amounts/", views.toggle_amounts, name="toggle_amounts"),
    path("earnings/children/", child_views.declare, name="children"),
    path("earnings/children/record.csv", child_views.record, name="children_record"),
    path("earnings/payout/", views.payout_details, name="payout_details"),
    path("earnings/payout/change/", views.change_payout_details, name="change_payout_details"),
    path("earnings/payout/stripe/", stripe_views.stripe_account, name="stripe_account"),
    path("earnings/payout/take-back/", views.take_back_payout_details, name="take_back_payout_details"),
    path("earnings/statements/<uuid:pk>/", views.statement, name="statement"),
    path("earnings/statements/<uuid:pk>/statement.pdf", views.statement_pdf, name="statement_pdf"),
    path("earnings/statements/<uuid:pk>/statement.csv", views.statement_lines_csv, name="statement_lines_csv"),
    path("earnings/statements/<uuid:pk>/rows.csv", views.statement_csv, name="statement_csv"),
    path("earnings/statements/<uuid:pk>/lines/<int:position>/", views.statement_line, name="statement_line"),
    path("earnings/statements/<uuid:pk>/lines/<int:position>/question/", views.dispute, name="dispute"),
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
]
