"""What the worker does for revenue; each task may be lost or repeated."""

from datetime import date

from django_tasks import task

from creators.models import Profile
from revenue import payouts, suspense, telling
from revenue.importing import runs
from revenue.models import ChannelSharing, Dispute, StripeAccount
from revenue.proof import nightly


@task(backend="background", queue_name="default")
def take_up_payouts() -> int:
    """Finish payouts that were claimed or left in doubt."""
    return payouts.resume()


@task(backend="background", queue_name="default")
def release_suspense() -> int:
    """Release what waits although its channel is confirmed."""
    return suspense.sweep()


@task(backend="background", queue_name="default")
def tell_where_money_goes(creator_id: str) -> None:
    """Tell a creator everywhere she can be reached that her payout details changed."""
    telling.tell_where_money_goes(Profile.objects.select_related("user").get(pk=creator_id))


@task(backend="background", queue_name="default")
def tell_answer(dispute_id: str) -> None:
    """Tell a creator that what she asked about a statement is answered."""
    telling.tell_answer(Dispute.objects.select_related("line__statement__creator__user").get(pk=dispute_id))


@task(backend="background", queue_name="default")
def tell_sharing(sharing_id: str) -> None:
    """Tell everybody who shares a channel how it is shared, or that this ends."""
    telling.tell_sharing(ChannelSharing.objects.select_related("channel").get(pk=sharing_id))


@task(backend="background", queue_name="default")
def tell_bank_problem(account_pk: int) -> None:
    """Tell a creator that her bank did not take what Stripe sent on, while that is so."""
    account = StripeAccount.objects.select_related("creator__user").get(pk=account_pk)
    if account.bank_problem:
        telling.tell_bank_problem(account)


@task(backend="background", queue_name="default")
def prove_books(day: str) -> None:
    """Prove the books and keep what came of it for ``day``."""
    nightly.prove(date.fromisoformat(day))


@task(backend="background", queue_name="default")
def work_on_import(run_id: str) -> None:
    """Look at a report's file, or post it, if that still waits; then end what dead workers left."""
    runs.work(run_id)
    runs.sweep()
