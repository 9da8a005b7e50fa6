"""Work on files in the background: looking and posting, with progress, and stopped when somebody asks.

The row of a run holds the truth. A message to the worker may be lost or come twice; :func:`sweep` makes both harmless.
"""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from revenue.errors import NotReadyError, RevenueError
from revenue.importing import posting
from revenue.importing.findings import Finding
from revenue.models import ImportRun, Report
from revenue.models.imports import UNDER_WAY, RunKind, RunState

ALL_READ = 100
SILENT_FOR = timedelta(minutes=15)  # longer than any booking takes
FORGOTTEN_AFTER = timedelta(minutes=1)


class StoppedError(Exception):
    """Somebody asked to stop, or another worker took the run for dead."""


@transaction.atomic
def ask(*, report: Report, kind: RunKind, by: Any) -> ImportRun:
    """Ask a worker to look at a report, or to post it. Raises NotReadyError while it is being worked on."""
    try:
        with transaction.atomic():
            run = ImportRun.objects.create(report=report, kind=kind, asked_by=by)
    except IntegrityError as error:
        raise NotReadyError(_("This file is being worked on already.")) from error
    _send(run.pk)
    return run


@transaction.atomic
def stop(*, report: Report) -> None:
    """Stop what is done with a report; what is being written into the books already is finished."""
    runs = ImportRun.objects.filter(report=report)
    runs.filter(state=RunState.WAITING).update(state=RunState.CANCELLED, ended_at=timezone.now())
    runs.filter(state=RunState.WORKING).update(is_cancelled=True)


def work(run_id: UUID | str) -> None:
    """Do a run that waits, as the person who asked for it. Harmless for one that is under way, ended or gone."""
    now = timezone.now()
    if not ImportRun.objects.filter(pk=run_id, state=RunState.WAITING).update(state=RunState.WORKING, beat_at=now):
        return
    run = ImportRun.objects.select_related("report__source", "report__period", "report__mapping", "asked_by").get(
        pk=run_id
    )
    state, failure = RunState.DONE, None
    with translation.override(run.asked_by.language):
        try:
            _do(run)
        except StoppedError:
            state = RunState.CANCELLED
        except RevenueError as error:
            said = error.args[0] if error.args else ""
            finding = said if isinstance(said, Finding) else Finding("%(text)s", text=str(said))
            state, failure = RunState.FAILED, finding.as_json()
    _end(ImportRun.objects.filter(pk=run.pk), state, failure)


def sweep() -> int:
    """End the runs of workers that are gone, and remind the queue of those that wait; return how many were ended."""
    now = timezone.now()
    interrupted = Finding(N_("The work was interrupted and nothing was posted. Start it again."))
    lost = ImportRun.objects.filter(state__in=UNDER_WAY, beat_at__lt=now - SILENT_FOR)
    ended = _end(lost, RunState.FAILED, interrupted.as_json())
    for pk in ImportRun.objects.filter(state=RunState.WAITING, asked_at__lt=now - FORGOTTEN_AFTER).values_list(
        "pk", flat=True
    ):
        _send(pk)
    return ended


def _do(run: ImportRun) -> None:
    def watch(percent: int) -> None:
        state = RunState.BOOKING if percent == ALL_READ and run.kind == RunKind.POST else RunState.WORKING
        mine = ImportRun.objects.filter(pk=run.pk, state__in=UNDER_WAY, is_cancelled=False)
        if not mine.update(percent=percent, state=state, beat_at=timezone.now()):
            raise StoppedError

    if run.kind == RunKind.LOOK:
        posting.look_at(run.report, watch=watch)
    elif run.report.source.is_final:
        posting.post_report(report=run.report, by=run.asked_by, watch=watch)
    else:
        posting.show_estimate(report=run.report, by=run.asked_by)


def _end(runs: Any, state: RunState, failure: dict[str, Any] | None) -> int:
    return runs.filter(state__in=UNDER_WAY).update(state=state, failure=failure, ended_at=timezone.now())


def _send(run_id: UUID) -> None:
    from revenue.tasks import work_on_import

    transaction.on_commit(partial(work_on_import.enqueue, str(run_id)))
