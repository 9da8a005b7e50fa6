"""What the admin shows of revenue."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from courses.desk import Desk
from revenue import models
from revenue.admin.bank import BankViewSet
from revenue.admin.children import ChildrenViewSet
from revenue.admin.disputes import DisputeViewSet
from revenue.admin.exchange import ExchangeViewSet
from revenue.admin.holds import HoldViewSet
from revenue.admin.months import MonthViewSet
from revenue.admin.payouts import JournalViewSet, PayoutViewSet
from revenue.admin.proofs import ProofViewSet, proof_line
from revenue.admin.reports import ReportViewSet
from revenue.admin.sharings import SharingViewSet
from revenue.admin.sources import SourceViewSet, SuspenseViewSet
from revenue.admin.statements import StatementViewSet
from revenue.admin.taxes import TaxViewSet
from revenue.admin.trail import TrailViewSet
from revenue.policies import BooksPolicy
from revenue.states import StatementState

# First of all: what is not registered falls back to a policy that lets whoever has a permission write.
for _name in models.__all__:
    register_permission_policy(getattr(models, _name), BooksPolicy(getattr(models, _name)))


class FinanceGroup(ViewSetGroup):
    """Finance's own menu."""

    menu_label = _("Finance")
    menu_icon = "table"
    menu_order = 250
    items = (
        ReportViewSet,
        SuspenseViewSet,
        MonthViewSet,
        StatementViewSet,
        HoldViewSet,
        DisputeViewSet,
        PayoutViewSet,
        BankViewSet,
        JournalViewSet,
        ProofViewSet,
        TrailViewSet,
        SourceViewSet,
        SharingViewSet,
        ExchangeViewSet,
        TaxViewSet,
        ChildrenViewSet,
    )


@hooks.register("register_admin_viewset")
def register_finance() -> FinanceGroup:
    """Give finance its pages."""
    return FinanceGroup()


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the log says about money."""
    for action, label in {
        "revenue.seen": _("Looked at"),
        "revenue.exported": _("Taken along as a table"),
        "revenue.report_kept": _("Report kept"),
        "revenue.report_related": _("Report said to restate or to add"),
        "revenue.report_downloaded": _("Original of a report downloaded"),
        "revenue.estimate_shown": _("Estimate shown to creators"),
        "revenue.source_made": _("Source made"),
        "revenue.mapping_taught": _("Mapping of a source changed"),
        "revenue.report_posted": _("Report posted"),
        "revenue.report_discarded": _("Report discarded"),
        "revenue.suspense_released": _("Waiting money released"),
        "revenue.agreement_opened": _("Share agreement opened"),
        "revenue.agreement_ended": _("Share agreement ended"),
        "revenue.channel_shared": _("Channel shared"),
        "revenue.sharing_ended": _("Sharing of a channel ended"),
        "revenue.appearance_declared": _("Child in a video declared"),
        "revenue.child_rule_made": _("Rule for children made"),
        "revenue.children_downloaded": _("Record of what is set aside for children downloaded"),
        "revenue.rate_kept": _("Exchange rate written down"),
        "revenue.tax_recorded": _("Tax form recorded"),
        "revenue.tax_rule_made": _("Tax rule made"),
        "revenue.month_closed": _("Month closed"),
        "revenue.receipt_recorded": _("Money from a platform recorded"),
        "revenue.statement_sent_to_approval": _("Statement sent to approval"),
        "revenue.statement_approved": _("Statement approved"),
        "revenue.statement_held": _("Statement put on hold"),
        "revenue.statement_released": _("Statement released"),
        "revenue.approval_voided": _("Approval no longer valid"),
        "revenue.statement_downloaded": _("Statement of a creator downloaded"),
        "revenue.line_disputed": _("Line of a statement disputed"),
        "revenue.dispute_answered": _("Disputed line answered"),
        "revenue.payout_details_given": _("Payout details given"),
        "revenue.payout_details_taken_back": _("Change of payout details taken back"),
        "revenue.payout_claimed": _("Payout begun"),
        "revenue.payout_changed": _("Payout changed"),
        "revenue.batch_ready": _("Bank file made"),
        "revenue.batch_downloaded": _("Bank file downloaded"),
        "revenue.batch_sent": _("Bank file given to the bank"),
        "revenue.bank_file_kept": _("File from the bank kept"),
        "revenue.bank_line_cleared": _("Difference with the bank cleared up"),
    }.items():
        actions.register_action(action, label, label)


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """Begin finance's day with the statements that wait, and for what."""
    if not request.user.has_perm("revenue.view_books"):
        return
    url = reverse("finance_statements:index")
    lines = [
        (label, f"{url}?state={state}", models.Statement.objects.filter(state=state).count())
        for label, state in (
            (_("Statements to prepare"), StatementState.DRAFT),
            (_("Statements to approve"), StatementState.IN_REVIEW),
            (_("Statements to pay"), StatementState.APPROVED),
            (_("Statements on hold"), StatementState.HELD),
        )
    ]
    questions = models.Dispute.objects.waiting().count()
    lines.append((_("Questions to answer"), reverse("finance_disputes:index") + "?state=open", questions))
    panels.append(Desk(_("What waits"), [*lines, proof_line()]))
