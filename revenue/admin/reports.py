"""Reports: the list, the upload, what a file would book, and the second step that posts."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from revenue import audit, showing
from revenue.admin.found import tables
from revenue.admin.guards import FinanceAction, FinanceListing, FinancePage, FinanceViewSet, GuardMixin
from revenue.admin.mappings import IMPORT, REPORTS, MappingView
from revenue.audit import LookMixin
from revenue.errors import NotReadyError, RevenueError
from revenue.forms import ImportForm
from revenue.importing import posting, runs
from revenue.importing.findings import Finding
from revenue.importing.preview import Preview
from revenue.importing.ready_made import TEMPLATE_COLUMNS
from revenue.models import ImportRun, Period, Report
from revenue.models.imports import RunKind
from revenue.models.sources import ReportState


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
    parents = [REPORTS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": ImportForm(), **kwargs})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        data = form.cleaned_data
        try:
            period = Period.objects.for_month(data["month"])
            report = posting.keep(
                file=data["file"], source=data["source"], period=period, by=request.user, account=data["account"],
                control_micros=data["total"],
            )  # fmt: skip
            runs.ask(report=report, kind=RunKind.LOOK, by=request.user)
        except RevenueError as error:
            form.add_error("file", str(error))
            return self.render_to_response(self.get_context_data(form=form))
        return redirect("finance_reports:report", report.pk)


class ReportView(LookMixin, FinancePage):
    """One report: how far its work is, what it would book, or what it has booked."""

    shows = "report"
    template_name = "revenue_admin/report.html"
    header_icon = "doc-full"
    parents = [REPORTS]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        found = Report.objects.select_related(
            "source", "period", "counted_in", "kept_by", "posted_by", "entry", "mapping", "restates", "restated_by"
        )
        run = ImportRun.objects.filter(report_id=pk).first()  # first: a look that ends meanwhile is then in the report
        report = get_object_or_404(found, pk=pk)
        self.page_title = str(report)
        preview = Preview.of_json(report.look) if report.look else None
        return super().get_context_data(
            report=report, preview=preview, run=run, tables=tables(preview) if preview else [],
            compared=_compared(preview),
            failure=Finding.of_json(run.failure) if run and run.failure else None,
            may_import=self.request.user.has_perm(IMPORT), siblings=_siblings(report), **kwargs,
        )  # fmt: skip


def _compared(preview: Preview | None) -> list[Report]:
    return list(Report.objects.filter(pk__in=preview.compared_with)) if preview else []


def _siblings(report: Report) -> list[Report]:
    """The files it may restate, where somebody has to say whether it does."""
    is_open = report.state == ReportState.WAITING and report.source.is_final
    cumulative = bool(report.look) and report.look["is_cumulative"]
    return list(Report.objects.siblings(report)) if is_open and not cumulative else []


class ProgressView(GuardMixin, View):
    """How far the work on a report is, for the page that waits for it."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: UUID) -> JsonResponse:
        run = get_object_or_404(Report, pk=pk).runs.first()
        if run is None:
            return JsonResponse({"is_under_way": False})
        return JsonResponse(
            {"is_under_way": run.is_under_way, "percent": run.percent, "state": run.get_state_display()}
        )


class ReportAction(FinanceAction):
    """Something done with one report."""

    permission = IMPORT

    def back(self, pk: UUID) -> str:
        return reverse("finance_reports:report", args=[pk])


class LookAgain(ReportAction):
    """Read the file once more, with the mapping its source has now."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        runs.ask(report=get_object_or_404(Report, pk=pk), kind=RunKind.LOOK, by=request.user)
        return _("The file is looked at again.")


class RelateReport(ReportAction):
    """Say whether it takes the place of an earlier file, or is one more."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        report = get_object_or_404(Report, pk=pk)
        chosen = next((one for one in Report.objects.siblings(report) if str(one.pk) == request.POST.get("to")), None)
        if chosen is None and request.POST.get("to") != "adds":
            raise NotReadyError(_("Choose what this file is."))
        posting.relate(report=report, restates=chosen, by=request.user)
        runs.ask(report=report, kind=RunKind.LOOK, by=request.user)
        return _("Thank you. The file is looked at again.")


class PostReport(ReportAction):
    """The second step; an estimate is shown to creators instead."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        report = get_object_or_404(Report, pk=pk)
        if report.state == ReportState.WAITING and not (report.look and Preview.of_json(report.look).can_be_posted):
            raise NotReadyError(_("Nothing is posted: something in this file has to be mended first."))
        runs.ask(report=report, kind=RunKind.POST, by=request.user)
        return _("%(report)s is being posted.") % {"report": report}


class StopRun(ReportAction):
    """End the work on a report."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        runs.stop(report=get_object_or_404(Report, pk=pk))
        return _("It is being stopped. Nothing is posted by half.")


class DiscardReport(ReportAction):
    """Let go of a file that was not posted."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        report = get_object_or_404(Report, pk=pk)
        posting.discard(report=report, by=request.user)
        return _("%(report)s is discarded. Nothing was posted.") % {"report": report}

    def back(self, pk: UUID) -> str:
        return reverse("finance_reports:index")


class OriginalFile(GuardMixin, View):
    """The file as it came."""

    http_method_names = ["get"]
    permission = IMPORT

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        report = get_object_or_404(Report, pk=pk)
        audit.look(request, report, "revenue.report_downloaded")
        return FileResponse(
            report.file.open("rb"),
            as_attachment=True,
            filename=report.filename,
            content_type="application/octet-stream",
        )


class TemplateFile(GuardMixin, View):
    """Our own table, empty."""

    http_method_names = ["get"]

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
            path("<uuid:pk>/progress/", ProgressView.as_view(), name="progress"),
            path("<uuid:pk>/original/", OriginalFile.as_view(), name="original"),
            path("<uuid:pk>/mapping/", MappingView.as_view(), name="mapping"),
            path("<uuid:pk>/look/", LookAgain.as_view(), name="look"),
            path("<uuid:pk>/relate/", RelateReport.as_view(), name="relate"),
            path("<uuid:pk>/stop/", StopRun.as_view(), name="stop"),
            path("<uuid:pk>/post/", PostReport.as_view(), name="post"),
            path("<uuid:pk>/discard/", DiscardReport.as_view(), name="discard"),
        ]
