"""What creators say is wrong with their statements, and finance's answers."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from revenue import disputes
from revenue.admin.guards import FinanceAction, FinanceListing, FinancePage, FinanceViewSet, first_error
from revenue.audit import LookMixin
from revenue.errors import NotReadyError
from revenue.forms import AnswerForm, in_minor
from revenue.models import Dispute
from revenue.models.disputes import DisputeState

ANSWER = "revenue.answer_dispute"


def _with_lines() -> QuerySet[Dispute]:
    found = Dispute.objects.select_related("line__statement__creator", "line__statement__period", "line__source")
    return found.defer("line__statement__creator__thumbnail")


class DisputeListing(LookMixin, FinanceListing):
    """Every disputed line, with what was answered."""

    model = Dispute
    page_title = gettext_lazy("Disputed lines")
    header_icon = "comment"
    index_url_name = "finance_disputes:index"
    index_results_url_name = "finance_disputes:index_results"
    list_filter = ["state", "reason"]
    default_ordering = "-raised_at"
    columns = [
        TitleColumn(
            "statement",
            label=gettext_lazy("Statement"),
            accessor="line.statement",
            url_name="finance_disputes:dispute",
        ),
        Column("get_reason_display", label=gettext_lazy("What is wrong")),
        Column("message", label=gettext_lazy("What she writes")),
        StatusTagColumn(
            "get_state_display",
            label=gettext_lazy("State"),
            primary=lambda dispute: dispute.state == DisputeState.OPEN,
        ),
        DateColumn("raised_at", label=gettext_lazy("Asked"), sort_key="raised_at"),
        DateColumn("answered_at", label=gettext_lazy("Answered"), sort_key="answered_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Dispute]:
        return _with_lines()


class DisputeView(LookMixin, FinancePage):
    """One question beside the line it is about, and the form that answers it."""

    shows = "dispute"
    template_name = "revenue_admin/dispute.html"
    header_icon = "comment"
    parents = [(gettext_lazy("Disputed lines"), "finance_disputes:index")]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        dispute = get_object_or_404(_with_lines().select_related("answered_by", "correction__period"), pk=pk)
        self.page_title = str(dispute.line.statement)
        may_answer = dispute.is_open and self.request.user.has_perm(ANSWER)
        return super().get_context_data(dispute=dispute, form=AnswerForm() if may_answer else None, **kwargs)


class AnswerDispute(FinanceAction):
    """Explain a line; or, with an amount, correct it on the next statement."""

    permission = ANSWER

    def act(self, request: HttpRequest, pk: UUID) -> str:
        dispute = get_object_or_404(_with_lines(), pk=pk)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        answer, amount = form.cleaned_data["answer"], form.cleaned_data["amount"]
        if not amount:
            disputes.explain(dispute=dispute, answer=answer, by=request.user)
            return _("Answered. The creator is told.")
        try:
            minor = in_minor(amount, dispute.line.statement.currency)
        except ValueError as error:
            raise NotReadyError(_("This currency has fewer decimals.")) from error
        correction = disputes.accept(dispute=dispute, answer=answer, amount=minor, by=request.user)
        return _("Corrected. It counts in %(month)s, and the creator is told.") % {"month": correction.period}

    def back(self, pk: UUID) -> str:
        return reverse("finance_disputes:dispute", args=[pk])


class DisputeViewSet(FinanceViewSet):
    """Disputed lines."""

    name = "finance_disputes"
    url_prefix = "finance/disputed-lines"
    icon = "comment"
    menu_label = gettext_lazy("Disputed lines")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", DisputeListing.as_view(), name="index"),
            path("results/", DisputeListing.as_view(results_only=True), name="index_results"),
            path("<uuid:pk>/", DisputeView.as_view(), name="dispute"),
            path("<uuid:pk>/answer/", AnswerDispute.as_view(), name="answer"),
        ]
