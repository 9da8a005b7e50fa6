"""The bank's side: its files, what they mean for our payments, and what does not agree."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from revenue import bank_answers, reconciling
from revenue.admin.guards import PER_PAGE, FinanceAction, FinancePage, FinanceViewSet
from revenue.audit import LookMixin
from revenue.errors import RevenueError
from revenue.forms import BankFileForm
from revenue.models import BankFile, BankLine
from revenue.models.bank import DIFFERENCES, Verdict

PAY = "revenue.pay_statement"
BANK = (gettext_lazy("Bank"), "finance_bank:index")
MOST_FILES = 20


class PagesMixin:
    """Long lists, a page at a time."""

    def pages_of(self, rows: Any) -> dict[str, Any]:
        """Return what Wagtail's page numbers need: ``items`` is the page that the address asks for."""
        items = WagtailPaginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))
        return {"items": items, "elided_page_range": items.paginator.get_elided_page_range(items.number)}


class BankView(LookMixin, PagesMixin, FinancePage):
    """What is not settled between the books and the bank, and the way to tell us what the bank says."""

    template_name = "revenue_admin/bank.html"
    page_title = gettext_lazy("Bank")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.now().date()
        pages = self.pages_of(reconciling.differences(today=today))
        return super().get_context_data(
            **{"form": BankFileForm(), **kwargs},
            **pages, differences=[(one, one.days(today)) for one in pages["items"]],
            files=BankFile.objects.defer("content").select_related("kept_by")[:MOST_FILES],
            under_way=reconciling.under_way(), is_covered=reconciling.is_covered(),
            may_pay=self.request.user.has_perm(PAY),
        )  # fmt: skip


class KeepFile(BankView):
    """Take a file in, and show what it means before anything is written down."""

    permission = PAY
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BankFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        sent = form.cleaned_data["file"]
        try:
            file, is_new = bank_answers.keep(content=sent.read(), name=sent.name, by=request.user)
        except RevenueError as error:
            form.add_error("file", str(error))
            return self.render_to_response(self.get_context_data(form=form))
        if not is_new:
            messages.warning(request, _("This file was read before. Nothing changed."))
        return redirect("finance_bank:file", file.pk)


class FileView(LookMixin, PagesMixin, FinancePage):
    """One file: each of its lines, and what would be written down."""

    shows = "file"
    template_name = "revenue_admin/bank_file.html"
    header_icon = "history"
    parents = [BANK]

    def get_context_data(self, pk: UUID, **kwargs: Any) -> dict[str, Any]:
        file = get_object_or_404(BankFile.objects.defer("content").select_related("kept_by"), pk=pk)
        self.page_title = str(file)
        counts = bank_answers.counts(file)
        lines = file.lines.select_related(
            "payout__statement__creator", "payout__statement__period", "cleared_by"
        ).defer("payout__statement__creator__thumbnail")
        wanted = self.request.GET.get("verdict")
        if wanted in Verdict.values:
            lines = lines.filter(verdict=wanted)
        return super().get_context_data(
            **self.pages_of(lines), file=file, wanted=wanted,
            counts=[(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]], fits=counts[Verdict.FITS],
            differences=DIFFERENCES, may_pay=self.request.user.has_perm(PAY), **kwargs,
        )  # fmt: skip


class CarryOut(FinanceAction):
    """Write down what fits."""

    permission = PAY

    def act(self, request: HttpRequest, pk: UUID) -> str:
        file = get_object_or_404(BankFile.objects.defer("content"), pk=pk)
        count = bank_answers.carry_out(file=file, by=request.user)
        if left := bank_answers.counts(file)[Verdict.FITS]:
            return _("Written down: %(count)s lines. Still to do: %(left)s.") % {"count": count, "left": left}
        return _("Written down: %(count)s lines.") % {"count": count}

    def back(self, pk: UUID) -> str:
        return reverse("finance_bank:file", args=[pk])


class ClearUp(FinanceAction):
    """Say how a difference was explained."""

    permission = PAY

    def act(self, request: HttpRequest, pk: UUID, number: int) -> str:
        line = get_object_or_404(BankLine.objects.select_related("file"), file=pk, number=number)
        bank_answers.clear_up(line=line, note=request.POST.get("note", ""), by=request.user)
        return _("The difference is cleared up. Your words are kept with it.")

    def back(self, pk: UUID, number: int) -> str:
        return reverse("finance_bank:file", args=[pk])


class BankViewSet(FinanceViewSet):
    """What the bank says."""

    name = "finance_bank"
    url_prefix = "finance/bank"
    icon = "history"
    menu_label = gettext_lazy("Bank")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", BankView.as_view(), name="index"),
            path("new/", KeepFile.as_view(), name="keep"),
            path("<uuid:pk>/", FileView.as_view(), name="file"),
            path("<uuid:pk>/carry-out/", CarryOut.as_view(), name="carry_out"),
            path("<uuid:pk>/<int:number>/clear/", ClearUp.as_view(), name="clear"),
        ]
