"""Keeping a report's file, and posting it: all of it, once."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from revenue import bookkeeping
from revenue.audit import log
from revenue.errors import AlreadyPostedError, NotReadyError, RefusedReportError, UnreadableReportError
from revenue.importing import reading, staging
from revenue.importing.accruing import Share, accrual
from revenue.importing.preview import Decided, Preview, examine, how_to_read
from revenue.models import JournalEntry, Period, Report, Source
from revenue.models.sources import ReportState, report_path

ENTRY_KIND = "report"
Watch = Callable[[int], None]  # called with the percent of the file that is read; may raise to end the work


def _nobody(_percent: int) -> None:
    """Watch nothing."""


@transaction.atomic
def keep(
    *, file: File, source: Source, period: Period, by: Any, account: str = "", control_micros: int | None = None
) -> Report:
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
    elif report.state != ReportState.WAITING:
        raise AlreadyPostedError(_already(report))
    report.source, report.period, report.filename = source, period, PurePath(file.name or "report").name[:200]
    report.mapping, report.account, report.control_micros = source.mapping, account.strip(), control_micros
    report.restates, report.is_additional, report.look = None, False, {}
    report.save()
    log(report, "revenue.report_kept", user=by, data={"sha256": sha256, "file": report.filename})
    return report


def look_at(report: Report, *, watch: Watch = _nobody) -> Preview:
    """Say what posting ``report`` would book, and keep what was found with it; nothing is booked.

    Raises UnreadableReportError, and whatever ``watch`` raises.
    """
    report = Report.objects.select_related("source__mapping", "period", "restates").get(pk=report.pk)
    report.mapping = report.source.mapping
    with staging.staged():
        survey = _stage(report, watch)
        found, _decided = examine(report, survey)
    Report.objects.filter(pk=report.pk, state=ReportState.WAITING).update(look=found.as_json(), mapping=report.mapping)
    return found


@transaction.atomic
def relate(*, report: Report, restates: Report | None, by: Any) -> Report:
    """Say what ``report`` is beside other files of its month: it takes the place of ``restates``, or is one more.

    Raises NotReadyError when that file is not in the books, is of something else, or was restated already.
    """
    report = _locked(report)
    if restates and restates not in Report.objects.siblings(report):
        raise NotReadyError(_("Only the latest file of the same source and month can be restated."))
    if restates:  # another file that said the same and was not posted makes room
        Report.objects.filter(restates=restates, state=ReportState.WAITING).update(restates=None)
    report.restates, report.is_additional = restates, restates is None
    report.save(update_fields=["restates", "is_additional"])
    log(report, "revenue.report_related", user=by, data={"restates": restates.sha256 if restates else ""})
    return report


def post_report(*, report: Report, by: Any, watch: Watch = _nobody) -> JournalEntry | None:
    """Post a kept report: its rows, the totals of its channels, what is whose, and one entry for all of it.

    The file is read and staged first, holding up nobody; then everything is booked in one transaction. It counts in
    its own month, or in the next open one. Returns None when its rows add up to no whole cent. Raises
    AlreadyPostedError, RefusedReportError (with every problem), UnreadableReportError, and whatever ``watch`` raises;
    then nothing of it is posted.
    """
    report = Report.objects.select_related("source", "period", "mapping").get(pk=report.pk)
    with staging.staged():
        survey = _stage(report, watch)
        with transaction.atomic():
            return _book(_locked(report), survey, by)


@transaction.atomic
def show_estimate(*, report: Report, by: Any) -> Report:
    """Show what an estimated report says to the creators it is about; nothing of it is booked, now or ever.

    Raises AlreadyPostedError, RefusedReportError, UnreadableReportError, NotReadyError for final figures.
    """
    report = _locked(report)
    if report.source.is_final:
        raise NotReadyError(_("These figures are final. Post them."))
    with staging.staged():
        found, _decided = examine(report, _stage(report, _nobody))
        _require_postable(found)
        staging.book_totals(report.pk)
    _finish(report, found, ReportState.SHOWN, by)
    report.save()
    log(report, "revenue.estimate_shown", user=by, data={"rows": report.row_count})
    return report


@transaction.atomic
def discard(*, report: Report, by: Any) -> None:
    """Let go of a kept file that was never posted. Raises AlreadyPostedError."""
    report = _locked(report)
    log(report, "revenue.report_discarded", user=by, data={"sha256": report.sha256})
    storage, name = report.file.storage, report.file.name
    report.delete()
    transaction.on_commit(partial(storage.delete, name))


def _locked(report: Report) -> Report:
    """Return the row for this transaction alone, and its source with it: files of one source are booked one by one."""
    Source.objects.select_for_update().get(pk=report.source_id)
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.state != ReportState.WAITING:
        raise AlreadyPostedError(_already(report))
    return report


def _stage(report: Report, watch: Watch) -> reading.Survey:
    if _fingerprint(report.file) != report.sha256:
        raise RefusedReportError(_("The kept file is not the one that was uploaded."))
    survey = reading.Survey()
    with report.file.open("rb") as stream:
        rows = reading.rows(stream, how_to_read(report), survey)
        staging.fill(rows, lambda: watch(min(99, 100 * stream.tell() // report.size_bytes)))
    watch(100)
    return survey


def _book(report: Report, survey: reading.Survey, by: Any) -> JournalEntry | None:
    if not report.source.is_final:
        raise RefusedReportError(_("These figures are estimates. They are shown to creators and never posted."))
    found, decided = examine(report, survey)
    _require_postable(found)
    _finish(report, found, ReportState.POSTED, by)
    report.counted_in = Period.objects.open_from(report.period.month)
    report.entry = bookkeeping.post(
        kind=ENTRY_KIND, reference=str(report.pk), period=report.counted_in, by=by,
        lines=_lines(report, decided),
    )  # fmt: skip
    report.save()
    staging.book_totals(report.pk)
    staging.book_rows()
    given = ((bucket, one) for bucket, theirs in decided.given.items() for one in theirs)
    staging.book_accruals(given, entry=report.entry_id, period=report.counted_in_id)
    data = {"rows": report.row_count, "gross_micros": report.gross_micros, "sha256": report.sha256}
    if report.restates:
        data["restates_sha256"] = report.restates.sha256
    log(report, "revenue.report_posted", user=by, data=data)
    return report.entry


def _require_postable(found: Preview) -> None:
    if not found.can_be_posted:
        raise RefusedReportError(" ".join(map(str, found.problems)))


def _finish(report: Report, found: Preview, state: ReportState, by: Any) -> None:
    report.state, report.posted_by, report.posted_at = state, by, timezone.now()
    report.counted_in = report.period
    report.currency, report.is_cumulative = found.currency, found.is_cumulative
    report.row_count, report.gross_micros, report.look = found.row_count, found.gross_micros, found.as_json()


def _lines(report: Report, decided: Decided) -> list[bookkeeping.Line]:
    shares, waiting = [], defaultdict(int)
    for bucket, key, _rows, micros in decided.sums:
        if bucket in decided.given:
            given = decided.given[bucket]
            shares += [Share(one.creator_id, one.agreement.creator_bps, one.micros) for one in given]
        else:
            waiting[key.platform, key.channel] += micros
    return accrual(source=report.source.slug, currency=report.currency, shares=shares, waiting=waiting)


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
    for chunk in file.chunks(2**20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _already(report: Report) -> str:
    return _("This file was posted on %(date)s for %(month)s. Nothing was posted again.") % {
        "date": f"{report.posted_at:%Y-%m-%d}",
        "month": report.period,
    }
