"""Sources, the agreements that share what they bring, and money of channels nobody has confirmed."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revenue import audit, suspense
from revenue.admin.guards import FinanceAction, FinancePage, FinanceViewSet, first_error
from revenue.admin.mappings import IMPORT
from revenue.agreements import end_agreement, open_agreement
from revenue.audit import LookMixin
from revenue.errors import AgreementError, NotReadyError
from revenue.forms import AgreementForm, ReceiptForm, SourceForm, TrialForm
from revenue.models import ShareAgreement, Source
from revenue.months import parse_month
from revenue.receipts import record_receipt
from revenue.sources import make_source
from revenue.trying import what_if

AGREE = "revenue.open_agreement"
MOST_WAITING = 500


class SourcesView(LookMixin, FinancePage):
    """Where reports come from, and the agreements that share what they bring."""

    template_name = "revenue_admin/sources.html"
    page_title = gettext_lazy("Sources and agreements")
    header_icon = "site"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agreements = ShareAgreement.objects.select_related("source", "creator", "made_by")
        sources = Source.objects.select_related("mapping")
        return super().get_context_data(
            sources=sources.annotate(files=Count("reports"), last=Max("reports__kept_at")),
            source_form=SourceForm(prefix="source"), agreement_form=AgreementForm(prefix="share"),
            agreements=agreements[:500], receipt_form=ReceiptForm(prefix="receipt"), **kwargs,
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
            raise NotReadyError(first_error(form))
        data = form.cleaned_data
        open_agreement(
            creator_bps=int(data["percent"] * 100), start=data["month"], source=data["source"],
            creator=data["creator"], steps=data["steps"], step_currency=data["step_currency"], note=data["note"],
            by=request.user,
        )  # fmt: skip
        return _("The agreement is in force from %(month)s on.") % {"month": f"{data['month']:%Y-%m}"}


class WhatIfView(FinancePage):
    """What another agreement would have given in a month that is past."""

    template_name = "revenue_admin/what_if.html"
    page_title = gettext_lazy("Try an agreement")
    header_icon = "view"
    parents = [(gettext_lazy("Sources and agreements"), "finance_sources:index")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        form = TrialForm(asked if "percent" in asked else None)
        trial = None
        if form.is_bound and form.is_valid():
            data = dict(form.cleaned_data)
            try:
                trial = what_if(creator_bps=int(data.pop("percent") * 100), **data)
                audit.look(self.request, data["creator"])
            except AgreementError as error:
                form.add_error("steps", str(error))
        return super().get_context_data(form=form, trial=trial, **kwargs)


class EndAgreement(SourceAction):
    """The end of one."""

    permission = AGREE

    def act(self, request: HttpRequest, pk: UUID) -> str:
        agreement = get_object_or_404(ShareAgreement, pk=pk)
        end = parse_month(request.POST.get("month", ""))
        end_agreement(agreement=agreement, end=end, by=request.user)
        return _("The agreement ends before %(month)s.") % {"month": f"{end:%Y-%m}"}


class MakeSource(SourceAction):
    """A new place where reports come from."""

    permission = IMPORT

    def act(self, request: HttpRequest) -> str:
        form = SourceForm(request.POST, prefix="source")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        source = make_source(**form.cleaned_data, by=request.user)
        return _("%(source)s is there. Import its first file now.") % {"source": source}


class RecordReceipt(SourceAction):
    """Money a platform has sent."""

    permission = IMPORT

    def act(self, request: HttpRequest) -> str:
        form = ReceiptForm(request.POST, prefix="receipt")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
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
            path("agreements/try/", WhatIfView.as_view(), name="what_if"),
            path("agreements/<uuid:pk>/end/", EndAgreement.as_view(), name="end_agreement"),
            path("new/", MakeSource.as_view(), name="make"),
            path("receipts/new/", RecordReceipt.as_view(), name="receipt"),
        ]


class SuspenseView(FinancePage):
    """Money of channels that nobody has confirmed."""

    template_name = "revenue_admin/suspense.html"
    page_title = gettext_lazy("Unknown channels")
    header_icon = "help"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            waiting=suspense.waiting()[:MOST_WAITING], balances=suspense.balances(), **kwargs
        )


class SuspenseViewSet(FinanceViewSet):
    """Unknown channels."""

    name = "finance_suspense"
    url_prefix = "finance/unknown-channels"
    icon = "help"
    menu_label = gettext_lazy("Unknown channels")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", SuspenseView.as_view(), name="index")]
