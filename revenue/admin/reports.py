"""Reports: the list, the upload, the preview, and the second step that posts."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from revenue import showing, suspense
from revenue.admin.guards import FinanceAction, FinanceListing, FinancePage, FinanceViewSet
from revenue.agreements import end_agreement, open_agreement
from revenue.errors import NotReadyError, RevenueError, UnreadableReportError
from revenue.forms import AgreementForm, ImportForm, ReceiptForm
from revenue.importing import posting
from revenue.importing.formats import TEMPLATE_COLUMNS
from revenue.models import Period, Report, ShareAgreement, Source
from revenue.models.sources import ReportState
from revenue.months import parse_month
from revenue.receipts import record_receipt

IMPORT, AGREE = "revenue.import_report", "revenue.open_agreement"


class ReportListing(FinanceListing):
    """Every kept file."""

    model = Report
    page_title = gettext_lazy("Platform reports")
    header_icon = "doc-full"
    index_url_name = "finance_reports:index"
    index_results_url_name = "finance_reports:index_results"
    list_filter = ["source", "state", "period"]
    default_ordering = "-kept_at"
    columns = [
        TitleColumn("__str__", label=gettext_lazy("File"), url_name="finance_reports:report"),
        Column("source", label=gettext_lazy("Source")),
        Column("period", label=gettext_lazy("Month")),
        Column("row_count", label=gettext_lazy("Rows")),
        Column(
            "gross",
            label=gettext_lazy("Total"),
            accessor=lambda report: (
                showing.exact_money(report.gross_micros, report.currency) if report.currency else ""
            ),
        ),
        StatusTagColumn(
            "get_state_display",
            label=gettext_lazy("State"),
            primary=lambda report: report.state == ReportState.POSTED,
        ),
        DateColumn("kept_at", label=gettext_lazy("Kept"), sort_key="kept_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Report]:
        return Report.objects.select_related("source", "period")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(IMPORT):
            return []
        return [HeaderButton(_("Import a report"), url=reverse("finance_reports:new"), icon_name="plus")]


class ImportView(FinancePage):
    """The upload. Nothing is posted by it."""

    permission = IMPORT
    template_name = "revenue_admin/import.html"
    page_title = gettext_lazy("Import a report")
    header_icon = "doc-full"
    parents = [(gettext_lazy("Platform reports"), "finance_reports:index")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": ImportForm(), **kwargs})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        data = form.cleaned_data
        try:
            period = Period.objects.for_month(data["month"])
            report = posting.keep(file=data["file"], source=data["source"], period=period, by=request.user)
        except RevenueError as error:
            form.add_error("file", str(error))
            return self.render_to_response(self.get_context_data(form=form))
        return redirect("finance_reports:report", report.pk)


class ReportView(FinancePage):
    """One report: what it would book, or what it has booked."""

    template_name = "revenue_admin/report.html"
    header_icon = "doc-full"
    parents = [(gettext_lazy("Platform reports"), "finance_reports:index")]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        found = Report.objects.select_related("source", "period", "counted_in", "kept_by", "posted_by", "entry")
        report = get_object_or_404(found, pk=pk)
        self.page_title = str(report)
        context = {
            "report": report,
            "preview": None,
            "unreadable": "",
            "may_import": self.request.user.has_perm(IMPORT),
        }
        if report.state == ReportState.WAITING:
            try:
                context["preview"] = posting.preview(report)
            except UnreadableReportError as error:
                context["unreadable"] = str(error)
        return super().get_context_data(**context, **kwargs)


class PostReport(FinanceAction):
    """The second step."""

    permission = IMPORT

    def act(self, request: HttpRequest, pk: UUID) -> str:
        report = get_object_or_404(Report, pk=pk)
        posting.post_report(report=report, by=request.user)
        return _("%(report)s is posted.") % {"report": report}

    def back(self, pk: UUID) -> str:
        return reverse("finance_reports:report", args=[pk])


class DiscardReport(FinanceAction):
    """Let go of a file that was not posted."""

    permission = IMPORT

    def act(self, request: HttpRequest, pk: UUID) -> str:
        report = get_object_or_404(Report, pk=pk)
        posting.discard(report=report, by=request.user)
        return _("%(report)s is discarded. Nothing was posted.") % {"report": report}

    def back(self, pk: UUID) -> str:
        return reverse("finance_reports:index")


class TemplateFile(FinancePage):
    """Our own table, empty."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(",".join(TEMPLATE_COLUMNS) + "\r\n", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="hearthlight-report.csv"'
        return response


class ReportViewSet(FinanceViewSet):
    """Reports."""

    name = "finance_reports"
    url_prefix = "finance/reports"
    icon = "doc-full"
    menu_label = gettext_lazy("Platform reports")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ReportListing.as_view(), name="index"),
            path("results/", ReportListing.as_view(results_only=True), name="index_results"),
            path("new/", ImportView.as_view(), name="new"),
            path("template.csv", TemplateFile.as_view(), name="template"),
            path("<uuid:pk>/", ReportView.as_view(), name="report"),
            path("<uuid:pk>/post/", PostReport.as_view(), name="post"),
            path("<uuid:pk>/discard/", DiscardReport.as_view(), name="discard"),
        ]


class SourcesView(FinancePage):
    """Where reports come from, and the agreements that share what they bring."""

    template_name = "revenue_admin/sources.html"
    page_title = gettext_lazy("Sources and agreements")
    header_icon = "site"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agreements = ShareAgreement.objects.select_related("source", "creator", "made_by")
        return super().get_context_data(
            sources=Source.objects.all(), agreements=agreements[:500], agreement_form=AgreementForm(prefix="share"),
            receipt_form=ReceiptForm(prefix="receipt"), **kwargs,
        )  # fmt: skip


class SourceAction(FinanceAction):
    """Something done on that page."""

    def back(self, **kwargs: Any) -> str:
        return reverse("finance_sources:index")


class OpenAgreement(SourceAction):
    """A new share agreement."""

    permission = AGREE

    def act(self, request: HttpRequest) -> str:
        form = AgreementForm(request.POST, prefix="share")
        if not form.is_valid():
            raise NotReadyError(_first_error(form))
        data = form.cleaned_data
        open_agreement(
            creator_bps=int(data["percent"] * 100), start=data["month"], source=data["source"],
            creator=data["creator"], note=data["note"], by=request.user,
        )  # fmt: skip
        return _("The agreement is in force from %(month)s on.") % {"month": f"{data['month']:%Y-%m}"}


class EndAgreement(SourceAction):
    """The end of one."""

    permission = AGREE

    def act(self, request: HttpRequest, pk: UUID) -> str:
        agreement = get_object_or_404(ShareAgreement, pk=pk)
        end = parse_month(request.POST.get("month", ""))
        end_agreement(agreement=agreement, end=end, by=request.user)
        return _("The agreement ends before %(month)s.") % {"month": f"{end:%Y-%m}"}


class RecordReceipt(SourceAction):
    """Money a platform has sent."""

    permission = IMPORT

    def act(self, request: HttpRequest) -> str:
        form = ReceiptForm(request.POST, prefix="receipt")
        if not form.is_valid():
            raise NotReadyError(_first_error(form))
        data = form.cleaned_data
        try:
            amount = form.minor()
        except ValueError as error:
            raise NotReadyError(_("This currency has fewer decimals.")) from error
        record_receipt(
            source=data["source"], amount=amount, currency=data["currency"], month=data["month"],
            reference=data["reference"], by=request.user,
        )  # fmt: skip
        return _("Written down.")


def _first_error(form: Any) -> str:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}"


class SourceViewSet(FinanceViewSet):
    """Sources and agreements."""

    name = "finance_sources"
    url_prefix = "finance/sources"
    icon = "site"
    menu_label = gettext_lazy("Sources and agreements")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", SourcesView.as_view(), name="index"),
            path("agreements/new/", OpenAgreement.as_view(), name="open_agreement"),
            path("agreements/<uuid:pk>/end/", EndAgreement.as_view(), name="end_agreement"),
            path("receipts/new/", RecordReceipt.as_view(), name="receipt"),
        ]


class SuspenseView(FinancePage):
    """Money of channels that nobody has confirmed."""

    template_name = "revenue_admin/suspense.html"
    page_title = gettext_lazy("Unknown channels")
    header_icon = "help"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(waiting=suspense.waiting()[:500], **kwargs)


class SuspenseViewSet(FinanceViewSet):
    """Unknown channels."""

    name = "finance_suspense"
    url_prefix = "finance/unknown-channels"
    icon = "help"
    menu_label = gettext_lazy("Unknown channels")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", SuspenseView.as_view(), name="index")]
