"""Why a statement is or is not paid, in whole sentences from what the books say."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from revenue.models import Payout, PayoutMethod, Statement
from revenue.showing import money
from revenue.states import PAYOUT_OVER_UNPAID, PayoutState, StatementState


@dataclass(frozen=True, slots=True)
class Explained:
    """A statement with its sentence; ``tone`` is success, warning or quiet; ``needs_details`` asks her to act."""

    statement: Statement
    sentence: str
    tone: str
    needs_details: bool = False


def explain(statement: Statement, method: PayoutMethod | None, *, hide_amounts: bool = False) -> Explained:
    """Say where a statement stands. Holds, payouts (with their methods) and the missing form should be prefetched."""
    if statement.state == StatementState.HELD:
        return Explained(statement, _hold(statement), "warning")
    if statement.needs_form and statement.state in {StatementState.APPROVED, StatementState.SETTLED}:
        return Explained(statement, _needs_form(statement), "warning")
    if not statement.payable and statement.state in {StatementState.APPROVED, StatementState.SETTLED}:
        return Explained(statement, _nothing_to_pay(statement, hide_amounts), "quiet")
    payout = next((p for p in statement.payouts.all() if p.state not in PAYOUT_OVER_UNPAID), None)
    if payout:
        return Explained(statement, _payout(payout), "success" if payout.state == PayoutState.PAID else "quiet")
    if statement.state == StatementState.APPROVED and method is None:
        return Explained(statement, _("Tell us where to send the money. Then we can pay you."), "warning", True)
    if statement.state == StatementState.APPROVED and method.is_waiting:
        return Explained(statement, _new_details(method), "warning")
    sentences = {
        StatementState.DRAFT: _("We are putting this statement together."),
        StatementState.IN_REVIEW: _("A second person is checking this statement. Then it can be paid."),
        StatementState.APPROVED: _("It is approved. The money goes out with our next payments."),
    }
    return Explained(statement, sentences[StatementState(statement.state)], "quiet")


def _hold(statement: Statement) -> str:
    hold = next((hold for hold in statement.holds.all() if hold.released_at is None), None)
    if hold is None:
        return _("This statement is on hold.")
    if hold.until:
        return _("%(reason)s We look at it again on %(date)s.") % {
            "reason": hold.message,
            "date": date_format(hold.until),
        }
    return hold.message


def _needs_form(statement: Statement) -> str:
    return _(
        "When this month was closed we did not have your form “%(form)s”, and without it we may not pay. Nothing is "
        "lost: the sum is added to your next statement."
    ) % {"form": statement.needs_form.form}


def _nothing_to_pay(statement: Statement, hide_amounts: bool) -> str:
    went_to_children = statement.reserved >= statement.earned > 0 >= statement.carried
    if went_to_children and not statement.withheld and statement.opening >= 0:
        return _("All of it was set aside for the children in your videos.")
    if statement.carried < 0:
        return _("The platform took back more than came in. The difference is taken from what you earn next.")
    if statement.withheld:
        return _("All of it was withheld for tax.")
    if statement.carried == 0:
        return _("Nothing was earned, so there is nothing to pay.")
    if hide_amounts:
        return _("It is too little for a payment of its own. It is added to your next statement.")
    return _("We pay from %(threshold)s on. This is less, so it is added to your next statement.") % {
        "threshold": money(statement.threshold, statement.currency)
    }


def _new_details(method: PayoutMethod) -> str:
    return _(
        "Your payout details are new. To keep your money safe, nothing goes to %(account)s before %(date)s. "
        "If you did not change them, take the change back."
    ) % {"account": method.masked, "date": date_format(method.usable_from)}


def _payout(payout: Payout) -> str:
    account = {"account": payout.method.masked}
    if payout.state == PayoutState.PAID:
        return _("Paid on %(date)s to %(account)s.") % {**account, "date": date_format(payout.paid_on)}
    if payout.state == PayoutState.UNKNOWN:
        return _("We are asking the payment service whether your money went out. We will not send it twice.")
    if payout.state in {PayoutState.SENT, PayoutState.IN_TRANSIT}:
        return _("It is on its way to %(account)s. A bank needs one to three working days.") % account
    return _("We are sending it to %(account)s.") % account
