"""Statements: the list that finance reviews, and one statement."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from revenue import earnings, money, showing, trail
from revenue.admin.guards import FinanceListing, FinancePage, FinanceViewSet
from revenue.admin.statement_steps import (
    APPROVE,
    HOLD,
    PREPARE,
    Approve,
    ChosenStatements,
    PlaceHold,
    ReleaseHold,
    SendToApproval,
)
from revenue.audit import LookMixin
from revenue.forms import HoldForm
from revenue.models import Dispute, Period, Statement
from revenue.models.attention import FlagKind
from revenue.states import StatementState

TRAIL_SHOWN = 20


class StatementFilters(WagtailFilterSet):
    """Which statements to look at; ``flag`` is one reason, or any at all."""

    flag = django_filters.ChoiceFilter(
        label=gettext_lazy("Reason to look"),
        choices=[("any", gettext_lazy("any reason")), *FlagKind.choices],
        method="with_flag",
    )

    class Meta:
        model = Statement
        fields = ["period", "state", "currency"]

    def with_flag(self, statements: QuerySet[Statement], _name: str, flag: str) -> QuerySet[Statement]:
        """Keep those that have the flag."""
        if flag == "any":
            return statements.filter(flags__isnull=False).distinct()
        return statements.filter(flags__kind=flag)


class ChooseColumn(Column):
    """A box that chooses the row for the form below the list."""

    cell_template_name = "revenue_admin/choose_cell.html"


class FlagsColumn(Column):
    """The reasons to look at a statement, as tags."""

    cell_template_name = "revenue_admin/flags_cell.html"

    def get_value(self, instance: Statement) -> list[str]:
        return [flag.get_kind_display() for flag in instance.flags.all()]


class StatementListing(LookMixin, FinanceListing):
    """Statements with what draws attention, and the steps for those that are chosen."""

    model = Statement
    page_title = gettext_lazy("Statements")
    header_icon = "list-ul"
    index_url_name = "finance_statements:index"
    index_results_url_name = "finance_statements:index_results"
    template_name = "revenue_admin/statements.html"
    results_template_name = "revenue_admin/statements_results.html"
    filterset_class = StatementFilters
    search_fields = ["creator__display_name", "creator__slug"]
    default_ordering = "-period__month"
    columns = [
        ChooseColumn("choose", label=gettext_lazy("Choose"), accessor="pk"),
        TitleColumn("creator", label=gettext_lazy("Creator"), url_name="finance_statements:statement"),
        Column("period", label=gettext_lazy("Month"), sort_key="period__month"),
        Column(
            "earned",
            label=gettext_lazy("Earned"),
            accessor=lambda statement: showing.money(statement.earned, statement.currency),
            sort_key="earned",
        ),
        Column(
            "payable",
            label=gettext_lazy("To be paid"),
            accessor=lambda statement: showing.money(statement.payable, statement.currency),
            sort_key="payable",
        ),
        StatusTagColumn(
            "get_state_display",
            label=gettext_lazy("State"),
            primary=lambda statement: statement.state == StatementState.SETTLED,
        ),
        FlagsColumn("flags", label=gettext_lazy("Look at")),
    ]

    export_filename = "statements"
    export_headings = {
        "creator": gettext_lazy("Creator"),
        "month": gettext_lazy("Month"),
        "currency": gettext_lazy("Currency"),
        "opening": gettext_lazy("Brought forward"),
        "earned": gettext_lazy("Earned"),
        "reserved": gettext_lazy("Set aside for children"),
        "withheld": gettext_lazy("Withheld for tax"),
        "payable": gettext_lazy("To be paid"),
        "carried": gettext_lazy("Carried forward"),
        "state": gettext_lazy("State"),
        "flags": gettext_lazy("Look at"),
    }
    list_export = list(export_headings)

    def to_row_dict(self, item: Statement) -> dict[str, Any]:
        """Return a statement as a spreadsheet has it."""
        amounts = {
            name: Decimal(money.plain(getattr(item, name), item.currency))
            for name in ("opening", "earned", "reserved", "withheld", "payable", "carried")
        }
        flags = ", ".join(flag.get_kind_display() for flag in item.flags.all())
        return {
            "creator": str(item.creator), "month": item.period.code, "currency": item.currency, **amounts,
            "state": item.get_state_display(), "flags": flags,
        }  # fmt: skip

    def get_base_queryset(self) -> QuerySet[Statement]:
        found = Statement.objects.select_related("creator", "period").defer("creator__thumbnail")
        return found.prefetch_related("flags")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        steps = [
            (name, label)
            for name, (permission, label, _step) in ChosenStatements.STEPS.items()
            if user.has_perm(permission)
        ]
        return super().get_context_data(
            *args, steps=steps, hold_form=HoldForm() if user.has_perm(HOLD) else None,
            back=self.index_url + self.get_url_query(), **kwargs,
        )  # fmt: skip

    def looked_at(self, context: dict[str, Any]) -> Period | None:
        """Return the month the list is filtered by, if it is."""
        return self.filters.form.cleaned_data.get("period") if self.filters.is_valid() else None

    def get_url_query(self) -> str:
        """Return the filters and the page as they stand, to come back to."""
        query = self.request.GET.urlencode()
        return f"?{query}" if query else ""


class StatementView(LookMixin, FinancePage):
    """One statement with everything finance decides by."""

    shows = "statement"
    template_name = "revenue_admin/statement.html"
    header_icon = "list-ul"
    parents = [(gettext_lazy("Statements"), "finance_statements:index")]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        found = Statement.objects.select_related("creator__user", "period", "prepared_by", "needs_form", "tax_record")
        statement = get_object_or_404(found.defer("creator__thumbnail"), pk=pk)
        self.page_title = str(statement)
        user = self.request.user
        open_hold = statement.holds.filter(released_at__isnull=True).first()
        can = {
            "send": statement.state == StatementState.DRAFT and user.has_perm(PREPARE),
            "approve": statement.state == StatementState.IN_REVIEW and user.has_perm(APPROVE),
            "hold": statement.state in {StatementState.DRAFT, StatementState.IN_REVIEW, StatementState.APPROVED}
            and user.has_perm(HOLD),
            "release": open_hold is not None and user.has_perm(HOLD),
        }
        return super().get_context_data(
            statement=statement, flags=statement.flags.all(), lines=earnings.lines_shown(statement), can=can,
            open_hold=open_hold,
            hold_form=HoldForm(), holds=statement.holds.select_related("placed_by", "released_by"),
            approvals=statement.approvals.select_related("prepared_by", "approved_by"),
            disputes=Dispute.objects.filter(line__statement=statement).select_related("line"),
            payouts=statement.payouts.select_related("method"), trail=self._trail(statement), **kwargs,
        )  # fmt: skip

    def _trail(self, statement: Statement) -> list[trail.Line]:
        """Return who saw and did what lately, for those who may read it."""
        if not self.request.user.has_perm(trail.PERMISSION):
            return []
        return list(trail.told(trail.about_statement(statement)[:TRAIL_SHOWN]))


class StatementViewSet(FinanceViewSet):
    """Statements."""

    name = "finance_statements"
    url_prefix = "finance/statements"
    icon = "list-ul"
    menu_label = gettext_lazy("Statements")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", StatementListing.as_view(), name="index"),
            path("results/", StatementListing.as_view(results_only=True), name="index_results"),
            path("chosen/", ChosenStatements.as_view(), name="chosen"),
            path("<uuid:pk>/", StatementView.as_view(), name="statement"),
            path("<uuid:pk>/send/", SendToApproval.as_view(), name="send"),
            path("<uuid:pk>/approve/", Approve.as_view(), name="approve"),
            path("<uuid:pk>/hold/", PlaceHold.as_view(), name="hold"),
            path("<uuid:pk>/release/", ReleaseHold.as_view(), name="release"),
        ]
