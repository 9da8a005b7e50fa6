"""Months: how far each one is, and the steps that take a whole one further."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy, ngettext

from revenue import approvals
from revenue.admin.guards import FinanceAction, FinancePage, FinanceViewSet
from revenue.admin.statement_steps import APPROVE, PREPARE, do_each
from revenue.errors import NotReadyError
from revenue.forms import CloseForm
from revenue.models import Period, Statement
from revenue.months import parse_month
from revenue.statements import close_month
from revenue.states import StatementState


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
        count = close_month(month=form.cleaned_data["month"], by=request.user).count()
        return ngettext("Closed: %(count)s statement.", "Closed: %(count)s statements.", count) % {"count": count}

    def back(self) -> str:
        return reverse("finance_months:index")


class WholeMonth(FinanceAction):
    """The same step for every statement of a month that is ready for it; each is checked by itself."""

    state: StatementState
    step: Any = None

    def act(self, request: HttpRequest, code: str) -> str:
        statements = Statement.objects.filter(period__month=parse_month(code), state=self.state)
        return do_each(statements, type(self).step, by=request.user)

    def back(self, code: str) -> str:
        return reverse("finance_months:index")


class SendMonth(WholeMonth):
    """Every draft → review."""

    permission, state, step = (
        PREPARE,
        StatementState.DRAFT,
        staticmethod(approvals.send_to_approval),
    )


class ApproveMonth(WholeMonth):
    """Everything in review → approved."""

    permission = APPROVE
    state = StatementState.IN_REVIEW
    step = staticmethod(approvals.approve)


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
