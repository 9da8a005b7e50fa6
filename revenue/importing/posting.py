"""Keeping a report's file, and posting it: all of it, once."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from revenue import bookkeeping
from revenue.errors import AlreadyPostedError, RefusedReportError, UnreadableReportError
from revenue.importing import reading
from revenue.importing.accruing import Share, accrual
from revenue.importing.formats import Row
from revenue.importing.loading import load
from revenue.importing.preview import Preview, how_to_read, look_at
from revenue.models import Accrual, ChannelTotal, JournalEntry, Period, Report, Source
from revenue.models.sources import ReportState, report_path

ENTRY_KIND = "report"
BATCH = 2000


@transaction.atomic
def keep(*, file: File, source: Source, period: Period, by: Any) -> Report:
    """Keep a file as it came, unposted; the same content is kept once. It may then be looked at and posted.

    Raises AlreadyPostedError when this content is in the books already, UnreadableReportError when it is too large.
    """
    if file.size > settings.REVENUE_MAX_REPORT_BYTES:
        raise UnreadableReportError(_("This file is too large for a report."))
    sha256 = _fingerprint(file)
    report = Report.objects.select_for_update().filter(sha256=sha256).first()
    if report is None:
        report = Report(sha256=sha256, size_bytes=file.size, kept_by=by)
        report.file = _stored(report, file)
    elif report.state == ReportState.POSTED:
        raise AlreadyPostedError(_already(report))
    report.source, report.period, report.filename = source, period, PurePath(file.name or "report").name[:200]
    report.save()
    log(report, "revenue.report_kept", user=by, data={"sha256": sha256, "file": report.filename})
    return report


def preview(report: Report) -> Preview:
    """Say what posting ``report`` would book. Raises UnreadableReportError."""
    with report.file.open("rb") as stream:
        return look_at(stream, source=report.source, month=report.period.month)


@transaction.atomic
def post_report(*, report: Report, by: Any) -> JournalEntry | None:
    """Post a kept report: its rows, the totals of its channels, what is whose, and one entry for all of it.

    It counts in its own month, or in the next open one. Returns None when its rows add up to no whole cent.
    Raises AlreadyPostedError, RefusedReportError (with every problem) and UnreadableReportError; then nothing
    of it is posted.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("source", "period").get(pk=report.pk)
    if report.state == ReportState.POSTED:
        raise AlreadyPostedError(_already(report))
    if _fingerprint(report.file) != report.sha256:
        raise RefusedReportError(_("The kept file is not the one that was uploaded."))
    found = preview(report)
    if not found.can_be_posted:
        raise RefusedReportError(" ".join(found.problems))
    totals = _store_totals(report, found)
    loaded = _store_rows(report, totals)
    if loaded != found.survey.row_count:
        raise RefusedReportError(_("The file changed while it was read."))
    entry = _book(report, found, totals, by)
    report.state, report.posted_by, report.posted_at = ReportState.POSTED, by, timezone.now()
    report.currency, report.row_count, report.gross_micros = found.currency, loaded, found.survey.gross_micros
    report.save()
    log(report, "revenue.report_posted", user=by, data={"rows": loaded, "gross_micros": report.gross_micros})
    return entry


def _book(report: Report, found: Preview, totals: dict[reading.TotalKey, int], by: Any) -> JournalEntry | None:
    shares, waiting = [], defaultdict(int)
    for key, micros in found.survey.sums.items():
        if key in found.decided:
            creator_id, agreement = found.decided[key]
            shares.append(Share(creator_id, agreement.creator_bps, micros))
        else:
            waiting[key.platform, key.channel] += micros
    lines = accrual(source=report.source.slug, currency=found.currency, shares=shares, waiting=waiting)
    report.counted_in = Period.objects.open_from(report.period.month)
    report.entry = bookkeeping.post(
        kind=ENTRY_KIND, reference=str(report.pk), period=report.counted_in, lines=lines, by=by
    )
    Accrual.objects.bulk_create(
        [
            Accrual(
                total_id=totals[key], creator_id=creator_id, agreement=agreement, entry=report.entry,
                period=report.counted_in,
            )
            for key, (creator_id, agreement) in found.decided.items()
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return report.entry


def _store_totals(report: Report, found: Preview) -> dict[reading.TotalKey, int]:
    survey = found.survey
    stored = ChannelTotal.objects.bulk_create(
        [
            ChannelTotal(
                report=report, platform=key.platform, channel_external_id=key.channel, month=key.month,
                adjustment_type=key.adjustment_type, row_count=survey.counts[key], gross_micros=micros,
            )
            for key, micros in survey.sums.items()
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return {key: total.pk for key, total in zip(survey.sums, stored, strict=True)}


def _store_rows(report: Report, totals: dict[reading.TotalKey, int]) -> int:
    with report.file.open("rb") as stream:
        return load(_rows(stream, report, totals), report_id=report.pk)


def _rows(stream: BinaryIO, report: Report, totals: dict[reading.TotalKey, int]) -> Iterator[tuple[int, Row]]:
    for row in reading.rows(stream, how_to_read(report.source, report.period.month), reading.Survey()):
        if isinstance(row, Row):
            yield totals[reading.total_key(row)], row


def _stored(report: Report, file: File) -> str:
    storage, name = report.file.storage, report_path(report, "")
    if storage.exists(name):  # left by an attempt that was rolled back
        with storage.open(name) as kept:
            if _fingerprint(kept) == report.sha256:
                return name
    file.seek(0)
    return storage.save(name, file)


def _fingerprint(file: File) -> str:
    digest = hashlib.sha256()
    file.open("rb")
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _already(report: Report) -> str:
    return _("This file was posted on %(date)s for %(month)s. Nothing was posted again.") % {
        "date": f"{report.posted_at:%Y-%m-%d}",
        "month": report.period,
    }


@transaction.atomic
def discard(*, report: Report, by: Any) -> None:
    """Let go of a kept file that was never posted. Raises AlreadyPostedError."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.state == ReportState.POSTED:
        raise AlreadyPostedError(_already(report))
    log(report, "revenue.report_discarded", user=by, data={"sha256": report.sha256})
    storage, name = report.file.storage, report.file.name
    report.delete()
    transaction.on_commit(partial(storage.delete, name))
