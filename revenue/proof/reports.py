"""Reports against their files, their rows, their totals and their entries; what waits against suspense."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, Min, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from revenue import chart
from revenue.bookkeeping import Line
from revenue.errors import UnreadableReportError
from revenue.importing import reading, staging
from revenue.importing.accruing import Share, accrual, release, whole
from revenue.importing.preview import compare, how_to_read
from revenue.models import Account, Accrual, ChannelTotal, JournalEntry, Posting, Report
from revenue.proof.findings import Proof


def check_reports(proof: Proof) -> None:
    """Read every kept file again and compare it with all that was made of it."""
    reports = Report.objects.posted().select_related("source", "mapping", "period", "counted_in", "restates")
    for report in reports.order_by("posted_at"):
        proof.checked["reports"] += 1
        _check_file(report, proof)
        _check_rows(report, proof)
        _check_entries(report, proof)


def leave_out_reports(proof: Proof) -> None:
    """Say in figures what :func:`check_reports` would have read and compared."""
    reports = Report.objects.posted().aggregate(
        reports=Count("pk"), bytes=Coalesce(Sum("size_bytes"), 0), rows=Coalesce(Sum("row_count"), 0)
    )
    proof.left_out["reports"] = reports["reports"]
    proof.left_out["bytes of reports"] = int(reports["bytes"])
    proof.left_out["rows of reports"] = int(reports["rows"])
    proof.left_out["accruals"] = Accrual.objects.count()


def check_suspense(proof: Proof) -> None:
    """Compare each suspense account with the totals that still wait, and say for how long the oldest does."""
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    groups = (
        ChannelTotal.objects.waiting()
        .values("report_id", "platform", "channel_external_id", "report__source__slug", "report__currency")
        .annotate(gross=Sum("gross_micros"))
        .order_by()
    )
    for group in groups:
        proof.checked["channels in suspense"] += 1
        currency = group["report__currency"]
        waiting[chart.suspense(group["report__source__slug"]), currency] += whole(int(group["gross"]), currency)
    oldest = ChannelTotal.objects.waiting().aggregate(since=Min("report__posted_at"))["since"]
    if oldest:
        proof.checked["days the oldest of them waits"] = (timezone.now() - oldest).days
    accounts = Account.objects.filter(code__startswith=chart.suspense(""))
    for account in accounts.annotate(sum=Sum("postings__amount")):
        wanted = -waiting.get((account.code, account.currency), 0)
        proof.same(f"account {account}", account.sum or 0, wanted)


def _check_file(report: Report, proof: Proof) -> None:
    name = f"report {report.pk} ({report.filename})"
    survey = reading.Survey()
    with staging.staged():
        try:
            with report.file.open("rb") as stream:
                digest = hashlib.sha256()
                for chunk in stream.chunks():
                    digest.update(chunk)
                proof.same(f"{name}, fingerprint of the kept file", digest.hexdigest(), report.sha256)
                staging.fill(reading.rows(stream, how_to_read(report), survey), lambda: None)
        except FileNotFoundError:
            proof.wrong(f"{name}: the kept file is gone")
            return
        except UnreadableReportError as error:
            proof.wrong(f"{name}: the kept file cannot be read: {error}")
            return
        proof.checked["bytes of reports"] += report.size_bytes
        proof.same(f"{name}, sums since the beginning", bool(survey.lifetime_rows), report.is_cumulative)
        compare(report, survey)
        _check_totals(report, name, proof)


def _check_totals(report: Report, name: str, proof: Proof) -> None:
    staging.add_up()
    count, row_count, micros = staging.size()
    proof.checked["totals of channels"] += count
    for total, channel in staging.differing(report.pk):
        which = f"total {total}" if total else f"total of {channel}"
        proof.wrong(f"{name}, {which} does not add up to the rows of the file")
    proof.same(f"{name}, rows", report.row_count, row_count)
    proof.same(f"{name}, sum", report.gross_micros, micros)


def _check_rows(report: Report, proof: Proof) -> None:
    proof.checked["rows of reports"] += report.row_count
    summed = report.totals.order_by("pk").annotate(found=Coalesce(Sum("rows__amount_micros"), 0))
    uneven = summed.exclude(found=F("gross_micros"))
    for pk, found, gross in uneven.values_list("pk", "found", "gross_micros").iterator():
        proof.same(f"rows of total {pk} (report {report.filename})", int(found), gross)


def _check_entries(report: Report, proof: Proof) -> None:
    """Recompute the report's entry and its releases from the totals and the agreements that decided them."""
    accruals = Accrual.objects.filter(total__report=report).values_list(
        "entry_id", "entry__kind", "creator_id", "total__platform", "total__channel_external_id",
        "agreement__creator_bps", Coalesce("part_micros", "total__gross_micros"),
    )  # fmt: skip
    posted_with_it: list[Share] = []
    released: dict[tuple[object, str, str], list[Share]] = defaultdict(list)
    for entry_id, kind, creator_id, platform, channel, bps, gross in accruals.order_by("pk").iterator():
        share = Share(creator_id, bps, gross)
        if kind == "release":
            released[entry_id, platform, channel].append(share)
        else:
            posted_with_it.append(share)
        proof.checked["accruals"] += 1
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    for total in report.totals.waiting():
        waiting[total.platform, total.channel_external_id] += total.gross_micros
    slug, currency = report.source.slug, report.currency
    for (entry_id, platform, channel), shares in released.items():
        waiting[platform, channel] += sum(share.gross_micros for share in shares)
        compare_entry(entry_id, release(source=slug, currency=currency, shares=shares), proof)
    compare_entry(
        report.entry_id, accrual(source=slug, currency=currency, shares=posted_with_it, waiting=waiting), proof
    )


def compare_entry(entry_id: object, lines: Iterable[Line], proof: Proof) -> None:
    """Note an entry that is not made of ``lines``."""
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
        proof.wrong(f"entry {entry_id} ({kind}) is not what it rests on gives")
