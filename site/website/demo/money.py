"""Three months of example money: imported, divided, closed, and one statement each paid, held and to be approved.

On one of them a question of hers is answered, on another one waits.
"""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction

from creators.models import Channel, Profile
from revenue import approvals, batches, disputes, payouts, taxes
from revenue.figures import LineKind
from revenue.importing.posting import keep, post_report, relate
from revenue.models import PayoutMethod, Period, Report, Source, Statement
from revenue.models.disputes import DisputeReason
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

QUESTION = "Example of a question: why was money taken off here? I have clicked on nothing."
ANSWER = (
    "Example of an answer: YouTube found clicks that no viewer meant, and takes back what it had paid for them. That "
    "happens to nearly every channel and is nobody's fault. You find YouTube's own row when you open this line."
)

TAX_FORM = "EXAMPLE form"
TAX_INSTRUCTIONS = (
    "This is an example, no law: print the example form, sign it, and send a photo of it to the finance team."
)
TAX_NOTE = "Example rate, no law: ten percent of what is paid."


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
    if is_new:
        _put_tax_on_file(profile, people)
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


def _put_tax_on_file(profile: Profile, people: dict[str, Any]) -> None:
    """Make an example of a rule for the country of her bank, and record that her form is there."""
    start = last_months(MONTHS)[0]
    taxes.make_rule(
        country=PAYEE.country, form=TAX_FORM, instructions=TAX_INSTRUCTIONS, source="EXAMPLE, not a law",
        effective_from=start, by=people["admin"],
    )  # fmt: skip
    taxes.record_tax(
        creator=profile, country=PAYEE.country, form=TAX_FORM, rate_bps=1000, valid_from=start, note=TAX_NOTE,
        by=people["preparer"],
    )  # fmt: skip


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
    relate(report=report, restates=None, by=by)  # a month has her file and that of many
    post_report(report=report, by=by)


def _bring_on(statements: list[Statement], profile: Profile, people: dict[str, Any]) -> None:
    """Pay her first statement, hold her second, and send her third to approval."""
    paid, held, waiting = statements
    preparer, approver = people["preparer"], people["approver"]
    method = give_details(creator=profile, rail=RailName.BANK_FILE, payee=PAYEE, by=people["creator"])
    PayoutMethod.objects.filter(pk=method.pk).update(usable_from=method.made_at)  # as if she had given them long ago
    approvals.send_to_approval(statement=paid, by=preparer)
    approvals.approve(statement=paid, by=approver)
    payouts.pay(statements=[paid], by=approver)
    batches.make_files(by=approver)
    for batch in PaymentBatch.objects.filter(state=BatchState.READY, payouts__statement=paid):
        batches.mark_sent(batch=batch, by=approver)
        batches.mark_paid(batch=batch, by=approver)
    approvals.hold(statement=held, reason=HoldReason.FIGURES, message=HOLD_MESSAGE, by=preparer)
    approvals.send_to_approval(statement=waiting, by=preparer)
    _ask(paid, held, people)


def _ask(answered: Statement, waiting: Statement, people: dict[str, Any]) -> None:
    """Let her ask why money was taken off, twice; finance has answered once."""
    creator, preparer = people["creator"], people["preparer"]
    for statement in (answered, waiting):
        line = statement.lines.filter(kind=LineKind.ADJUSTMENT).select_related("statement__creator").first()
        if line is None:
            continue
        asked = disputes.dispute_line(line=line, reason=DisputeReason.TAKEN, message=QUESTION, by=creator)
        if statement == answered:
            disputes.explain(dispute=asked, answer=ANSWER, by=preparer)
