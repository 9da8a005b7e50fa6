"""Payouts: the run, the bank's files, and what became of each payment; and the journal beneath it all."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from revenue import batches, payouts, showing
from revenue.admin.guards import FinanceAction, FinanceListing, FinancePage, FinanceViewSet, GuardMixin
from revenue.audit import LookMixin
from revenue.models import JournalEntry, PaymentBatch, Payout, PayoutMethod, Statement
from revenue.models.payouts import BatchState
from revenue.states import PayoutState
from revenue.tasks import take_up_payouts

PAY = "revenue.pay_statement"
MOST_WAITING = 200


class PayoutListing(LookMixin, FinanceListing):
    """Every payout."""

    model = Payout
    page_title = gettext_lazy("Payouts")
    header_icon = "download"
    index_url_name = "finance_payouts:index"
    index_results_url_name = "finance_payouts:index_results"
    list_filter = ["state", "rail", "currency"]
    search_fields = ["statement__creator__display_name", "provider_reference"]
    default_ordering = "-made_at"
    columns = [
        TitleColumn("statement", label=gettext_lazy("Statement"), url_name="finance_payouts:payout"),
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda payout: showing.money(payout.amount, payout.currency),
            sort_key="amount",
        ),
        Column("method", label=gettext_lazy("Account")),
        StatusTagColumn(
            "get_state_display",
            label=gettext_lazy("State"),
            primary=lambda payout: payout.state == PayoutState.PAID,
        ),
        DateColumn("changed_at", label=gettext_lazy("Changed"), sort_key="changed_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Payout]:
        return Payout.objects.select_related("statement__creator", "statement__period", "method").defer(
            "statement__creator__thumbnail"
        )

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Payout run and bank files"), url=reverse("finance_payouts:run"), icon_name="download")]


class RunView(LookMixin, FinancePage):
    """What is ready to be paid, and the files for the bank."""

    template_name = "revenue_admin/run.html"
    page_title = gettext_lazy("Payout run")
    header_icon = "download"
    parents = [(gettext_lazy("Payouts"), "finance_payouts:index")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sums = payouts.ready().values("currency").annotate(count=Count("pk"), sum=Sum("payable")).order_by("currency")
        ready = [{**row, "sum": int(row["sum"])} for row in sums]
        files = PaymentBatch.objects.select_related("file", "made_by").annotate(
            count=Count("payouts"),
            sum=Sum("payouts__amount"),
            waiting=Count("payouts", filter=Q(payouts__state__in=[PayoutState.SENT, PayoutState.IN_TRANSIT])),
        )
        return super().get_context_data(
            ready=ready, waiting=_waiting_for_details(), batches=files.order_by("-made_at")[:50], states=BatchState,
            may_pay=self.request.user.has_perm(PAY), **kwargs,
        )  # fmt: skip


def _waiting_for_details() -> list[tuple[Statement, PayoutMethod]]:
    """Return approved statements that wait because their creators' payout details are new; two queries."""
    waiting = PayoutMethod.objects.waiting()
    statements = payouts.ready().filter(creator__in=waiting.values("creator")).select_related("creator", "period")
    shown = statements.defer("creator__thumbnail").order_by("creator__display_name", "period__month")[:MOST_WAITING]
    methods = {method.creator_id: method for method in waiting.filter(creator__in=[one.creator_id for one in shown])}
    return [(statement, methods[statement.creator_id]) for statement in shown if statement.creator_id in methods]


class Pay(FinanceAction):
    """Begin to pay everything that is approved."""

    permission = PAY

    def act(self, request: HttpRequest) -> str:
        run = payouts.pay(statements=payouts.ready(), by=request.user)
        for statement, reason in run.left_out:
            messages.warning(request, f"{statement}: {reason}")
        take_up_payouts.enqueue()
        batches.make_files(by=request.user)
        return _("Payouts begun: %(count)s.") % {"count": len(run.payouts)}

    def back(self) -> str:
        return reverse("finance_payouts:run")


class MakeFiles(FinanceAction):
    """Write the files of batches that were left open."""

    permission = PAY

    def act(self, request: HttpRequest) -> str:
        return _("Files made: %(count)s.") % {"count": len(batches.make_files(by=request.user))}

    def back(self) -> str:
        return reverse("finance_payouts:run")


class Download(GuardMixin, View):
    """The bank's file."""

    http_method_names = ["get"]
    permission = PAY

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        file = batches.download(batch=get_object_or_404(PaymentBatch, pk=pk, file__isnull=False), by=request.user)
        response = HttpResponse(bytes(file.content), content_type="application/xml")
        response["Content-Disposition"] = f'attachment; filename="hearthlight-{pk.hex}.xml"'
        return response


class BatchAction(FinanceAction):
    """Something done to one batch."""

    permission = PAY

    def back(self, pk: UUID) -> str:
        return reverse("finance_payouts:run")


class MarkSent(BatchAction):
    """The bank has the file."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        batches.mark_sent(batch=get_object_or_404(PaymentBatch, pk=pk), by=request.user)
        return _("The bank has the file. Its payments are on their way.")


class MarkPaid(BatchAction):
    """The bank carried out what it has not sent back."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        count = batches.mark_paid(batch=get_object_or_404(PaymentBatch, pk=pk), by=request.user)
        return _("Paid: %(count)s.") % {"count": count}


class PayoutView(LookMixin, FinancePage):
    """One payout."""

    shows = "payout"
    template_name = "revenue_admin/payout.html"
    header_icon = "download"
    parents = [(gettext_lazy("Payouts"), "finance_payouts:index")]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        found = Payout.objects.select_related("statement__creator", "statement__period", "method", "batch", "made_by")
        payout = get_object_or_404(found, pk=pk)
        self.page_title = str(payout)
        with_bank = payout.rail == "bank_file" and payout.state in {
            PayoutState.SENT, PayoutState.IN_TRANSIT, PayoutState.PAID,
        }  # fmt: skip
        return super().get_context_data(
            payout=payout, may_report=with_bank and self.request.user.has_perm(PAY),
            entries=JournalEntry.objects.filter(reference=str(payout.pk)), **kwargs,
        )  # fmt: skip


class ReportOutcome(FinanceAction):
    """What the bank said of one payment."""

    permission = PAY

    def act(self, request: HttpRequest, pk: UUID) -> str:
        state = PayoutState.RETURNED if request.POST.get("state") == "returned" else PayoutState.PAID
        payout = payouts.report_outcome(
            payout=get_object_or_404(Payout, pk=pk), state=state, by=request.user, reason=request.POST.get("reason", "")
        )
        return _("This payout is now: %(state)s.") % {"state": payout.get_state_display()}

    def back(self, pk: UUID) -> str:
        return reverse("finance_payouts:payout", args=[pk])


class JournalListing(FinanceListing):
    """Every entry of the books."""

    model = JournalEntry
    page_title = gettext_lazy("Journal")
    header_icon = "list-ol"
    index_url_name = "finance_journal:index"
    index_results_url_name = "finance_journal:index_results"
    list_filter = ["kind", "period"]
    search_fields = ["reference"]
    default_ordering = "-made_at"
    columns = [
        TitleColumn("__str__", label=gettext_lazy("Entry"), url_name="finance_journal:entry"),
        Column("period", label=gettext_lazy("Month")),
        Column("lines", label=gettext_lazy("Postings")),
        Column("made_by", label=gettext_lazy("Made by")),
        DateColumn("made_at", label=gettext_lazy("Made"), sort_key="made_at"),
    ]

    def get_base_queryset(self) -> QuerySet[JournalEntry]:
        return JournalEntry.objects.select_related("period", "made_by")


class EntryView(LookMixin, FinancePage):
    """One entry with its postings."""

    shows = "entry"
    template_name = "revenue_admin/entry.html"
    header_icon = "list-ol"
    parents = [(gettext_lazy("Journal"), "finance_journal:index")]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        entry = get_object_or_404(JournalEntry.objects.select_related("period", "made_by"), pk=pk)
        self.page_title = str(entry)
        return super().get_context_data(
            entry=entry, postings=entry.postings.select_related("account").order_by("line")[:500], **kwargs
        )


class PayoutViewSet(FinanceViewSet):
    """Payouts."""

    name = "finance_payouts"
    url_prefix = "finance/payouts"
    icon = "download"
    menu_label = gettext_lazy("Payouts")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", PayoutListing.as_view(), name="index"),
            path("results/", PayoutListing.as_view(results_only=True), name="index_results"),
            path("run/", RunView.as_view(), name="run"),
            path("run/pay/", Pay.as_view(), name="pay"),
            path("run/files/", MakeFiles.as_view(), name="make_files"),
            path("batches/<uuid:pk>/file.xml", Download.as_view(), name="download"),
            path("batches/<uuid:pk>/sent/", MarkSent.as_view(), name="mark_sent"),
            path("batches/<uuid:pk>/paid/", MarkPaid.as_view(), name="mark_paid"),
            path("<uuid:pk>/", PayoutView.as_view(), name="payout"),
            path("<uuid:pk>/outcome/", ReportOutcome.as_view(), name="outcome"),
        ]


class JournalViewSet(FinanceViewSet):
    """The journal."""

    name = "finance_journal"
    url_prefix = "finance/journal"
    icon = "list-ol"
    menu_label = gettext_lazy("Journal")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", JournalListing.as_view(), name="index"),
            path("results/", JournalListing.as_view(results_only=True), name="index_results"),
            path("<uuid:pk>/", EntryView.as_view(), name="entry"),
        ]
