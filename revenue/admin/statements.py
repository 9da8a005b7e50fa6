"""Months, statements and holds: closing, reviewing, approving."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from revenue import approvals, earnings, showing
from revenue.admin.guards import FinanceAction, FinanceListing, FinancePage, FinanceViewSet
from revenue.errors import NotReadyError, RevenueError
from revenue.forms import CloseForm, HoldForm
from revenue.models import Hold, Period, Statement
from revenue.models.statements import StatementState
from revenue.months import parse_month
from revenue.statements import close_month


class StatementListing(FinanceListing):
    """Statements by month."""

    model = Statement
    page_title = gettext_lazy("Statements")
    header_icon = "list-ul"
    index_url_name = "finance_statements:index"
    index_results_url_name = "finance_statements:index_results"
    list_filter = ["period", "state", "currency"]
    search_fields = ["creator__display_name", "creator__slug"]
    default_ordering = "-period__month"
    columns = [
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
    ]

    def get_base_queryset(self) -> QuerySet[Statement]:
        return Statement.objects.select_related("creator", "period").defer("creator__thumbnail")


class StatementView(FinancePage):
    """One statement with everything finance decides by."""

    template_name = "revenue_admin/statement.html"
    header_icon = "list-ul"
    parents = [(gettext_lazy("Statements"), "finance_statements:index")]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        found = Statement.objects.select_related("creator__user", "period", "prepared_by").defer("creator__thumbnail")
        statement = get_object_or_404(found, pk=pk)
        self.page_title = str(statement)
        user = self.request.user
        open_hold = statement.holds.filter(released_at__isnull=True).first()
        can = {
            "send": statement.state == StatementState.DRAFT and user.has_perm("revenue.prepare_statement"),
            "approve": statement.state == StatementState.IN_REVIEW and user.has_perm("revenue.approve_statement"),
            "hold": statement.state in {StatementState.DRAFT, StatementState.IN_REVIEW, StatementState.APPROVED}
            and user.has_perm("revenue.hold_statement"),
            "release": open_hold is not None and user.has_perm("revenue.hold_statement"),
        }
        return super().get_context_data(
            statement=statement, lines=earnings.lines_shown(statement), can=can, open_hold=open_hold,
            hold_form=HoldForm(), holds=statement.holds.select_related("placed_by", "released_by"),
            approvals=statement.approvals.select_related("prepared_by", "approved_by"),
            payouts=statement.payouts.select_related("method"), **kwargs,
        )  # fmt: skip


class StatementAction(FinanceAction):
    """Something done to one statement."""

    def statement(self, pk: UUID) -> Statement:
        """Fetch it."""
        return get_object_or_404(Statement.objects.visible_to(self.request.user), pk=pk)

    def back(self, pk: UUID) -> str:
        return reverse("finance_statements:statement", args=[pk])


class SendToApproval(StatementAction):
    """Draft → review."""

    permission = "revenue.prepare_statement"

    def act(self, request: HttpRequest, pk: UUID) -> str:
        approvals.send_to_approval(statement=self.statement(pk), by=request.user)
        return _("Sent to approval.")


class Approve(StatementAction):
    """Review → approved."""

    permission = "revenue.approve_statement"

    def act(self, request: HttpRequest, pk: UUID) -> str:
        approvals.approve(statement=self.statement(pk), by=request.user)
        return _("Approved.")


class PlaceHold(StatementAction):
    """Anything before payment → held."""

    permission = "revenue.hold_statement"

    def act(self, request: HttpRequest, pk: UUID) -> str:
        form = HoldForm(request.POST)
        if not form.is_valid():
            raise NotReadyError(_("Choose a reason and write the sentence that the creator will read."))
        approvals.hold(statement=self.statement(pk), by=request.user, **form.cleaned_data)
        return _("On hold. The creator reads your sentence.")


class ReleaseHold(StatementAction):
    """Held → review."""

    permission = "revenue.hold_statement"

    def act(self, request: HttpRequest, pk: UUID) -> str:
        hold = self.statement(pk).holds.filter(released_at__isnull=True).first()
        if hold is None:
            raise NotReadyError(_("This hold was released before."))
        approvals.release(hold=hold, by=request.user)
        return _("Released. Another person has to approve it.")


class MonthsView(FinancePage):
    """The months, how far each one is, and the form that closes one."""

    template_name = "revenue_admin/months.html"
    page_title = gettext_lazy("Months")
    header_icon = "calendar"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        months = Period.objects.annotate(reported=Count("reports")).order_by("-month")[:24]
        states = (
            Statement.objects.filter(period__in=[period.pk for period in months])
            .values("period_id", "currency", "state")
            .annotate(count=Count("pk"), payable=Sum("payable"))
            .order_by("currency", "state")
        )
        labels = dict(StatementState.choices)
        rows = [{**row, "label": labels[row["state"]], "payable": int(row["payable"])} for row in states]
        table = [(period, *_month(period, rows)) for period in months]
        return super().get_context_data(
            table=table, form=CloseForm(initial={"month": _next_to_close(months)}), **kwargs
        )


def _month(period: Period, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool, bool]:
    """Return a month's rows, and whether there are drafts, and statements in review, among them."""
    mine = [row for row in rows if row["period_id"] == period.pk]
    states = {row["state"] for row in mine}
    return mine, StatementState.DRAFT in states, StatementState.IN_REVIEW in states


def _next_to_close(months: Iterable[Period]) -> str:
    return next((period.code for period in reversed(list(months)) if not period.is_locked), "")


class CloseMonth(FinanceAction):
    """Make the statements and lock the month."""

    permission = "revenue.close_month"

    def act(self, request: HttpRequest) -> str:
        form = CloseForm(request.POST)
        if not form.is_valid():
            raise NotReadyError(" ".join(form.errors.get("month", [])))
        made = close_month(month=form.cleaned_data["month"], by=request.user)
        return ngettext("Closed: %(count)s statement.", "Closed: %(count)s statements.", len(made)) % {
            "count": len(made)
        }

    def back(self) -> str:
        return reverse("finance_months:index")


class WholeMonth(FinanceAction):
    """The same step for every statement of a month that is ready for it; each is checked by itself."""

    state: StatementState
    step: Any = None

    def act(self, request: HttpRequest, code: str) -> str:
        done, problems = 0, set()
        for statement in Statement.objects.filter(period__month=parse_month(code), state=self.state):
            try:
                type(self).step(statement=statement, by=request.user)
                done += 1
            except RevenueError as error:
                problems.add(str(error))
        if problems:
            raise NotReadyError(
                _("Done for %(done)s. For others: %(problems)s")
                % {"done": done, "problems": " ".join(sorted(problems))}
            )
        return ngettext("Done for %(done)s statement.", "Done for %(done)s statements.", done) % {"done": done}

    def back(self, code: str) -> str:
        return reverse("finance_months:index")


class SendMonth(WholeMonth):
    """Every draft → review."""

    permission, state, step = (
        "revenue.prepare_statement",
        StatementState.DRAFT,
        staticmethod(approvals.send_to_approval),
    )


class ApproveMonth(WholeMonth):
    """Everything in review → approved."""

    permission = "revenue.approve_statement"
    state = StatementState.IN_REVIEW
    step = staticmethod(approvals.approve)


class HoldListing(FinanceListing):
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


class MonthViewSet(FinanceViewSet):
    """Months."""

    name = "finance_months"
    url_prefix = "finance/months"
    icon = "calendar"
    menu_label = gettext_lazy("Months")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", MonthsView.as_view(), name="index"),
            path("close/", CloseMonth.as_view(), name="close"),
            path("<str:code>/send/", SendMonth.as_view(), name="send"),
            path("<str:code>/approve/", ApproveMonth.as_view(), name="approve"),
        ]


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
            path("<uuid:pk>/", StatementView.as_view(), name="statement"),
            path("<uuid:pk>/send/", SendToApproval.as_view(), name="send"),
            path("<uuid:pk>/approve/", Approve.as_view(), name="approve"),
            path("<uuid:pk>/hold/", PlaceHold.as_view(), name="hold"),
            path("<uuid:pk>/release/", ReleaseHold.as_view(), name="release"),
        ]


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
