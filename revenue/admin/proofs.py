"""What the proofs of the last nights said, and the line about it on the first page."""

from datetime import timedelta
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.desk import Line
from revenue.admin.guards import FinancePage, FinanceViewSet
from revenue.models import ProofRun

NIGHTS = 31
# What :mod:`revenue.proof` counts, by the name it has there.
COUNTED = {
    "triggers": gettext_lazy("Guards in the database"),
    "entries": gettext_lazy("Entries"),
    "postings": gettext_lazy("Postings"),
    "closed months": gettext_lazy("Closed months"),
    "reports": gettext_lazy("Reports"),
    "bytes of reports": gettext_lazy("Bytes of reports"),
    "rows of reports": gettext_lazy("Rows of reports"),
    "totals of channels": gettext_lazy("Totals of channels"),
    "accruals": gettext_lazy("Shares decided"),
    "channels in suspense": gettext_lazy("Unknown channels"),
    "days the oldest of them waits": gettext_lazy("Days the oldest unknown channel waits"),
    "shared channels": gettext_lazy("Shared channels"),
    "totals of shared channels": gettext_lazy("Totals of shared channels"),
    "corrections": gettext_lazy("Corrections"),
    "exchanges": gettext_lazy("Money in other currencies"),
    "statements": gettext_lazy("Statements"),
    "statements made again": gettext_lazy("Statements made again from the reports"),
    "lines of statements": gettext_lazy("Lines of statements"),
    "approvals": gettext_lazy("Approvals"),
    "debts to creators": gettext_lazy("Debts to creators"),
    "payouts": gettext_lazy("Payouts"),
    "bank files": gettext_lazy("Files for the bank"),
    "months with steps": gettext_lazy("Months with steps"),
    "accounts of children": gettext_lazy("Accounts of children"),
    "withholding accounts": gettext_lazy("Accounts of withheld tax"),
}
STALE = timedelta(hours=36)


class ProofView(FinancePage):
    """The last month of proofs: how much each covered, and what it found."""

    template_name = "revenue_admin/proofs.html"
    page_title = gettext_lazy("Proof of the books")
    header_icon = "check"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = list(ProofRun.objects.ended()[:NIGHTS])
        latest = runs[0] if runs else None
        covered = [(COUNTED.get(name, name), count) for name, count in sorted(latest.checked.items())] if latest else []
        return super().get_context_data(runs=runs, latest=latest, covered=covered, **kwargs)


def proof_line() -> Line:
    """Say in one line what the latest proof said, or that there is none of last night; one query."""
    latest = ProofRun.objects.ended().first()
    url = reverse("finance_proof:index")
    if latest is None:
        return _("The books have not been proved yet"), url, None
    on = {"date": date_format(timezone.localtime(latest.ended_at), "SHORT_DATETIME_FORMAT")}
    if not latest.holds:
        return _("The books do not hold (proved %(date)s). Problems") % on, url, latest.problem_count
    if timezone.now() - latest.ended_at > STALE:
        return _("The books held on %(date)s, and have not been proved since") % on, url, None
    return _("The books hold (proved %(date)s)") % on, url, None


class ProofViewSet(FinanceViewSet):
    """Proofs of the books."""

    name = "finance_proof"
    url_prefix = "finance/proof"
    icon = "check"
    menu_label = gettext_lazy("Proof of the books")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", ProofView.as_view(), name="index")]
