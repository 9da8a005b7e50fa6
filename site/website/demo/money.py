"""Three months of example money: imported, divided, closed, and one statement each paid, held and to be approved."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction

from creators.models import Channel, Profile
from revenue import approvals, batches, payouts
from revenue.importing.posting import keep, post_report
from revenue.models import Period, Report, Source, Statement
from revenue.models.payouts import BatchState, PaymentBatch, RailName
from revenue.models.statements import HoldReason
from revenue.months import this_month
from revenue.payout_methods import give_details
from revenue.rails.base import Payee
from revenue.sources import TEMPLATE, YOUTUBE_AD_REVENUE, ensure_standard_sources
from revenue.statements import close_month
from website.demo.reports import MARK, many_rows_report, template_report, youtube_report

MONTHS = 3  # of the graduate
# A made-up account: the bank and the number are those that payment firms print in their examples.
PAYEE = Payee(holder="Mei (example)", country="DE", iban="DE75512108001245126199", bic="SOGEDEFFXXX")
HOLD_MESSAGE = (
    "This is an example of a hold: YouTube took back a few false clicks, and we are comparing the figures with the "
    "report. You do not have to do anything."
)


def last_months(count: int) -> list[date]:
    """Return the first days of ``count`` months, the oldest first.

    They end before the last whole month: that one stays open, for whoever wants to import and close one.
    """
    months, month = [], this_month() - timedelta(days=1)
    month = month.replace(day=1)
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return months[::-1]


@transaction.atomic
def make_money(
    *, people: dict[str, Any], months: int = MONTHS, crowd: Sequence[str] = (), rows: int = 0
) -> list[Statement]:
    """Import the example reports, close the months and bring the graduate's statements into their states.

    ``crowd`` are the YouTube channels of further creators, who share ``rows`` rows over ``months`` months.
    A month that is closed already is left alone. Returns the graduate's statements, the oldest first.
    """
    preparer = people["preparer"]
    profile = Profile.objects.get(user=people["creator"])
    ensure_standard_sources()
    is_new = not Statement.objects.filter(creator=profile).exists()
    hers, all_months = last_months(MONTHS), last_months(max(MONTHS, months))
    for number, month in enumerate(all_months):
        if Period.objects.for_month(month).is_locked:
            continue
        if month in hers:
            _import_hers(profile, month, busy=1 + hers.index(month), by=preparer)
        if rows and len(all_months) - number <= months:
            share = rows // months + (len(all_months) - number == months) * (rows % months)
            content = many_rows_report(month, crowd, count=share)
            _import(f"{MARK}-many-{month:%Y-%m}.csv", content, YOUTUBE_AD_REVENUE, month, by=preparer)
        close_month(month=month, by=preparer)
    statements = list(Statement.objects.filter(creator=profile).order_by("period__month"))
    if is_new:
        _bring_on(statements, profile, people)
    return statements


def _import_hers(profile: Profile, month: date, *, busy: int, by: Any) -> None:
    """Import what her confirmed channels earned: YouTube's own file, and our table for the rest."""
    for channel in Channel.objects.confirmed().filter(profile=profile):
        if channel.platform == "youtube":
            content, source = youtube_report(month, channel.external_id, busy=busy), YOUTUBE_AD_REVENUE
        else:
            content, source = template_report(month, channel.platform, channel.external_id), TEMPLATE
        _import(f"{MARK}-{channel.platform}-{month:%Y-%m}.csv", content, source, month, by=by)


def _import(name: str, content: bytes, source: str, month: date, *, by: Any) -> None:
    """Keep and post one report, unless one of this name is there."""
    if Report.objects.filter(filename=name).exists():
        return
    report = keep(
        file=File(io.BytesIO(content), name=name),
        source=Source.objects.get(slug=source),
        period=Period.objects.for_month(month),
        by=by,
    )
    post_report(report=report, by=by)


def _bring_on(statements: list[Statement], profile: Profile, people: dict[str, Any]) -> None:
    """Pay her first statement, hold her second, and send her third to approval."""
    paid, held, waiting = statements
    preparer, approver = people["preparer"], people["approver"]
    give_details(creator=profile, rail=RailName.BANK_FILE, payee=PAYEE, by=people["creator"])
    approvals.send_to_approval(statement=paid, by=preparer)
    approvals.approve(statement=paid, by=approver)
    payouts.pay(statements=[paid], by=approver)
    batches.make_files(by=approver)
    for batch in PaymentBatch.objects.filter(state=BatchState.READY, payouts__statement=paid):
        batches.mark_sent(batch=batch, by=approver)
        batches.mark_paid(batch=batch, by=approver)
    approvals.hold(statement=held, reason=HoldReason.FIGURES, message=HOLD_MESSAGE, by=preparer)
    approvals.send_to_approval(statement=waiting, by=preparer)
