"""Reports against their files, their rows, their totals and their entries; what waits against suspense."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Sum

from revenue import chart
from revenue.bookkeeping import Line
from revenue.errors import UnreadableReportError
from revenue.importing.accruing import Share, accrual, release, whole
from revenue.importing.preview import how_to_read
from revenue.importing.reading import Survey, TotalKey, survey
from revenue.models import Account, Accrual, ChannelTotal, EarningRow, JournalEntry, Posting, Report
from revenue.models.sources import ReportState
from revenue.proof.findings import Proof


def check_reports(proof: Proof) -> None:
    """Read every kept file again and compare it with all that was made of it."""
    reports = Report.objects.filter(state=ReportState.POSTED).select_related("source", "period", "counted_in")
    for report in reports.order_by("kept_at"):
        proof.checked["reports"] += 1
        _check_file(report, proof)
        _check_rows(report, proof)
        _check_entries(report, proof)


def check_suspense(proof: Proof) -> None:
    """Compare each suspense account with the totals that still wait."""
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    groups = (
        ChannelTotal.objects.filter(accrual__isnull=True)
        .values("report_id", "platform", "channel_external_id", "report__source__slug", "report__currency")
        .annotate(gross=Sum("gross_micros"))
        .order_by()
    )
    for group in groups:
        proof.checked["channels in suspense"] += 1
        currency = group["report__currency"]
        waiting[chart.suspense(group["report__source__slug"]), currency] += whole(int(group["gross"]), currency)
    accounts = Account.objects.filter(code__startswith=chart.suspense(""))
    for account in accounts.annotate(sum=Sum("postings__amount")):
        wanted = -waiting.get((account.code, account.currency), 0)
        proof.same(f"account {account}", account.sum or 0, wanted)


def _check_file(report: Report, proof: Proof) -> None:
    name = f"report {report.pk} ({report.filename})"
    try:
        with report.file.open("rb") as stream:
            digest = hashlib.sha256()
            for chunk in stream.chunks():
                digest.update(chunk)
            proof.same(f"{name}, fingerprint of the kept file", digest.hexdigest(), report.sha256)
            found = survey(stream, how_to_read(report.source, report.period.month))
    except FileNotFoundError:
        proof.wrong(f"{name}: the kept file is gone")
        return
    except UnreadableReportError as error:
        proof.wrong(f"{name}: the kept file cannot be read: {error}")
        return
    proof.checked["bytes of reports"] += report.size_bytes
    proof.same(f"{name}, rows in the file", found.row_count, report.row_count)
    _check_totals(report, found, name, proof)


def _check_totals(report: Report, found: Survey, name: str, proof: Proof) -> None:
    stored = {
        TotalKey(total.platform, total.channel_external_id, total.month, total.adjustment_type): total
        for total in report.totals.all()
    }
    proof.checked["totals of channels"] += len(stored)
    for key in found.sums.keys() | stored.keys():
        here = stored.get(key)
        wanted = (found.counts.get(key, 0), found.sums.get(key, 0))
        if here is None or (here.row_count, here.gross_micros) != wanted:
            which = f"total {here.pk}" if here else f"total of {key.channel}"
            proof.wrong(f"{name}, {which} does not add up to the rows of the file")
    proof.same(f"{name}, sum", report.gross_micros, found.gross_micros)


def _check_rows(report: Report, proof: Proof) -> None:
    proof.checked["rows of reports"] += report.row_count
    sums = EarningRow.objects.filter(report=report).values("total_id").annotate(sum=Sum("amount_micros")).order_by()
    by_total = {row["total_id"]: int(row["sum"]) for row in sums}
    for pk, gross in report.totals.values_list("pk", "gross_micros"):
        proof.same(f"rows of total {pk} (report {report.filename})", by_total.pop(pk, 0), gross)
    for pk in by_total:
        proof.wrong(f"rows of report {report.filename} belong to total {pk} of another report")


def _check_entries(report: Report, proof: Proof) -> None:
    """Recompute the report's entry and its releases from the totals and the agreements that decided them."""
    accruals = Accrual.objects.filter(total__report=report).annotate(
        bps=F("agreement__creator_bps"), gross=F("total__gross_micros"), channel=F("total__channel_external_id"),
        platform=F("total__platform"), kind=F("entry__kind"),
    )  # fmt: skip
    posted_with_it: list[Share] = []
    released: dict[tuple[object, str, str], list[Share]] = defaultdict(list)
    for row in accruals:
        share = Share(row.creator_id, row.bps, row.gross)
        if row.kind == "release":
            released[row.entry_id, row.platform, row.channel].append(share)
        else:
            posted_with_it.append(share)
        proof.checked["accruals"] += 1
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    for total in report.totals.filter(accrual__isnull=True):
        waiting[total.platform, total.channel_external_id] += total.gross_micros
    slug, currency = report.source.slug, report.currency
    for (entry_id, platform, channel), shares in released.items():
        waiting[platform, channel] += sum(share.gross_micros for share in shares)
        _compare(entry_id, release(source=slug, currency=currency, shares=shares), proof)
    _compare(report.entry_id, accrual(source=slug, currency=currency, shares=posted_with_it, waiting=waiting), proof)


def _compare(entry_id: object, lines: Iterable[Line], proof: Proof) -> None:
    wanted: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        wanted[line.account, line.currency] += line.amount
    found = {
        (code, currency): amount
        for code, currency, amount in Posting.objects.filter(entry_id=entry_id).values_list(
            "account__code", "currency", "amount"
        )
    }
    if found != {key: amount for key, amount in wanted.items() if amount}:
        kind = JournalEntry.objects.filter(pk=entry_id).values_list("kind", flat=True).first()
        proof.wrong(f"entry {entry_id} ({kind}) is not what the report and the agreements give")
