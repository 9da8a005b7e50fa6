"""Every hold there was: what waits, why, and who said so."""

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from revenue.admin.guards import FinanceListing, FinanceViewSet
from revenue.audit import LookMixin
from revenue.models import Hold


class HoldListing(LookMixin, FinanceListing):
    """Every hold, with who and why."""

    model = Hold
    page_title = gettext_lazy("Holds")
    header_icon = "lock"
    index_url_name = "finance_holds:index"
    index_results_url_name = "finance_holds:index_results"
    list_filter = ["reason"]
    default_ordering = "-placed_at"
    columns = [
        TitleColumn(
            "statement",
            label=gettext_lazy("Statement"),
            get_url=lambda hold: reverse("finance_statements:statement", args=[hold.statement_id]),
        ),
        Column("get_reason_display", label=gettext_lazy("Reason")),
        Column("message", label=gettext_lazy("What the creator reads")),
        Column("placed_by", label=gettext_lazy("Placed by")),
        DateColumn("placed_at", label=gettext_lazy("Placed"), sort_key="placed_at"),
        DateColumn("released_at", label=gettext_lazy("Released"), sort_key="released_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Hold]:
        return Hold.objects.select_related("statement__creator", "statement__period", "placed_by").defer(
            "statement__creator__thumbnail"
        )


class HoldViewSet(FinanceViewSet):
    """Holds."""

    name = "finance_holds"
    url_prefix = "finance/holds"
    icon = "lock"
    menu_label = gettext_lazy("Holds")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", HoldListing.as_view(), name="index"),
            path("results/", HoldListing.as_view(results_only=True), name="index_results"),
        ]
