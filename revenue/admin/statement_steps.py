"""What finance does to statements: to one on its page, or to all that were chosen in the list."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from revenue import approvals
from revenue.admin.guards import FinanceAction
from revenue.errors import NotReadyError, RevenueError
from revenue.forms import HoldForm
from revenue.models import Statement

PREPARE, APPROVE, HOLD = "revenue.prepare_statement", "revenue.approve_statement", "revenue.hold_statement"


class StatementAction(FinanceAction):
    """Something done to one statement."""

    def statement(self, pk: UUID) -> Statement:
        """Fetch it."""
        return get_object_or_404(Statement.objects.visible_to(self.request.user), pk=pk)

    def back(self, pk: UUID) -> str:
        return reverse("finance_statements:statement", args=[pk])


class SendToApproval(StatementAction):
    """Draft → review."""

    permission = PREPARE

    def act(self, request: HttpRequest, pk: UUID) -> str:
        approvals.send_to_approval(statement=self.statement(pk), by=request.user)
        return _("Sent to approval.")


class Approve(StatementAction):
    """Review → approved."""

    permission = APPROVE

    def act(self, request: HttpRequest, pk: UUID) -> str:
        approvals.approve(statement=self.statement(pk), by=request.user)
        return _("Approved.")


class PlaceHold(StatementAction):
    """Anything before payment → held."""

    permission = HOLD

    def act(self, request: HttpRequest, pk: UUID) -> str:
        approvals.hold(statement=self.statement(pk), by=request.user, **_hold_details(request))
        return _("On hold. The creator reads your sentence.")


class ReleaseHold(StatementAction):
    """Held → review."""

    permission = HOLD

    def act(self, request: HttpRequest, pk: UUID) -> str:
        hold = self.statement(pk).holds.filter(released_at__isnull=True).first()
        if hold is None:
            raise NotReadyError(_("This hold was released before."))
        approvals.release(hold=hold, by=request.user)
        return _("Released. Another person has to approve it.")


class ChosenStatements(FinanceAction):
    """One step for the statements that were chosen in the list; each is checked by itself, and none stops another."""

    STEPS: dict[str, tuple[str, Any, Callable[..., Any]]] = {
        "send": (PREPARE, gettext_lazy("Send to approval"), approvals.send_to_approval),
        "approve": (APPROVE, gettext_lazy("Approve"), approvals.approve),
        "hold": (HOLD, gettext_lazy("Put on hold"), approvals.hold),
    }

    def act(self, request: HttpRequest) -> str:
        statements = self._chosen(request)
        _permission, _label, step = self.STEPS.get(request.POST.get("step", ""), (None, None, None))
        if step is None or not statements:
            raise NotReadyError(_("Choose statements in the list, then what to do with them."))
        details = _hold_details(request) if step is approvals.hold else {}
        return do_each(statements, step, by=request.user, **details)

    def _chosen(self, request: HttpRequest) -> list[Statement]:
        wanted = [pk for pk in map(_uuid, request.POST.getlist("statement")) if pk]
        return list(Statement.objects.visible_to(request.user).filter(pk__in=wanted).order_by("pk"))

    def back(self) -> str:
        to = self.request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts=None)
        return to if is_ours else reverse("finance_statements:index")


def do_each(statements: Any, step: Callable[..., Any], *, by: Any, **details: Any) -> str:
    """Take ``step`` with every statement and say for how many it worked, which stays done.

    Raises NotReadyError that names what stopped the others.
    """
    done, problems = 0, set()
    for statement in statements:
        try:
            step(statement=statement, by=by, **details)
            done += 1
        except RevenueError as error:
            problems.add(str(error))
    if problems:
        raise NotReadyError(
            _("Done for %(done)s. For others: %(problems)s") % {"done": done, "problems": " ".join(sorted(problems))}
        )
    return ngettext("Done for %(done)s statement.", "Done for %(done)s statements.", done) % {"done": done}


def _hold_details(request: HttpRequest) -> dict[str, Any]:
    form = HoldForm(request.POST)
    if not form.is_valid():
        raise NotReadyError(_("Choose a reason and write the sentence that the creator will read."))
    return form.cleaned_data


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
