"""Tax forms: which are needed, what is on file for whom. Nothing is edited; a new row replaces an older one."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import HeaderButton

from revenue import taxes
from revenue.admin.guards import FinanceAction, FinanceListing, FinancePage, FinanceViewSet, first_error
from revenue.audit import LookMixin
from revenue.errors import NotReadyError
from revenue.forms import TaxRecordForm, TaxRuleForm
from revenue.models import TaxRecord, TaxRule

RECORD, RULE = "revenue.record_tax", "revenue.make_tax_rule"


class TaxListing(LookMixin, FinanceListing):
    """Everything that was ever recorded, the newest first."""

    model = TaxRecord
    page_title = gettext_lazy("Tax forms")
    header_icon = "form"
    index_url_name = "finance_taxes:index"
    index_results_url_name = "finance_taxes:index_results"
    list_filter = ["country", "form"]
    search_fields = ["creator__display_name", "creator__slug"]
    default_ordering = "-recorded_at"
    columns = [
        Column("creator", label=gettext_lazy("Creator")),
        Column("country", label=gettext_lazy("Country"), sort_key="country"),
        Column("form", label=gettext_lazy("Form on file")),
        Column("percent", label=gettext_lazy("Withheld in percent"), sort_key="rate_bps"),
        DateColumn("valid_from", label=gettext_lazy("Valid from"), sort_key="valid_from"),
        DateColumn("valid_until", label=gettext_lazy("Valid until"), sort_key="valid_until"),
        Column("recorded_by", label=gettext_lazy("Recorded by")),
        DateColumn("recorded_at", label=gettext_lazy("Recorded"), sort_key="recorded_at"),
    ]

    def get_base_queryset(self) -> QuerySet[TaxRecord]:
        return TaxRecord.objects.select_related("creator", "recorded_by").defer("creator__thumbnail")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Rules, and a new form"), url=reverse("finance_taxes:rules"), icon_name="plus")]


class RulesView(FinancePage):
    """Which forms are needed, and the forms that record one or make a rule."""

    template_name = "revenue_admin/taxes.html"
    page_title = gettext_lazy("Rules, and a new form")
    header_icon = "form"
    parents = [(gettext_lazy("Tax forms"), "finance_taxes:index")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = TaxRule.objects.select_related("made_by")
        return super().get_context_data(
            rules=rules, record_form=TaxRecordForm(prefix="record"), rule_form=TaxRuleForm(prefix="rule"), **kwargs
        )


class RecordTax(FinanceAction):
    """Write down a form that came."""

    permission = RECORD

    def act(self, request: HttpRequest) -> str:
        form = TaxRecordForm(request.POST, prefix="record")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        data = form.cleaned_data
        data["rate_bps"] = int(data.pop("percent") * 100)
        record = taxes.record_tax(**data, by=request.user)
        return _("Recorded for %(creator)s. It holds for months that are not closed yet.") % {"creator": record.creator}

    def back(self) -> str:
        return reverse("finance_taxes:rules")


class MakeRule(FinanceAction):
    """Say which form is needed."""

    permission = RULE

    def act(self, request: HttpRequest) -> str:
        form = TaxRuleForm(request.POST, prefix="rule")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        taxes.make_rule(**form.cleaned_data, by=request.user)
        return _("The rule is kept.")

    def back(self) -> str:
        return reverse("finance_taxes:rules")


class TaxViewSet(FinanceViewSet):
    """Tax forms."""

    name = "finance_taxes"
    url_prefix = "finance/tax-forms"
    icon = "form"
    menu_label = gettext_lazy("Tax forms")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", TaxListing.as_view(), name="index"),
            path("results/", TaxListing.as_view(results_only=True), name="index_results"),
            path("rules/", RulesView.as_view(), name="rules"),
            path("record/", RecordTax.as_view(), name="record"),
            path("rules/new/", MakeRule.as_view(), name="make_rule"),
        ]
