"""Work on files in the background: with progress, stopped when asked, never by half, and never lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from revenue.errors import NotReadyError
from revenue.importing import posting, runs
from revenue.importing.findings import Finding
from revenue.models import ChannelTotal, EarningRow, ImportRun, JournalEntry, Report
from revenue.models.imports import RunKind, RunState
from tests.factories.revenue import period, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(channel, preparer):
    rows = [{"channel_id": channel.external_id, "partner_revenue": "1.00", "date": "20260915"}] * 5
    return posting.keep(file=uploaded(youtube_csv(rows)), source=youtube(), period=period("2026-09"), by=preparer)


def ask(report, by, kind=RunKind.LOOK):
    return runs.ask(report=report, kind=kind, by=by)


def done(run):
    runs.work(run.pk)
    run.refresh_from_db()
    return run


def test_a_file_is_looked_at_and_then_posted(report, preparer):
    assert done(ask(report, preparer)).state == RunState.DONE
    report.refresh_from_db()
    assert report.look["row_count"] == 5
    run = done(ask(report, preparer, RunKind.POST))
    assert (run.state, run.percent) == (RunState.DONE, 100)
    report.refresh_from_db()
    assert report.state == "posted"


def test_a_message_that_comes_twice_works_once(report, preparer):
    run = done(ask(report, preparer, RunKind.POST))
    runs.work(run.pk)
    assert JournalEntry.objects.count() == 1


def test_a_look_that_ends_while_the_page_is_read_is_on_the_page(report, preparer, client):
    run, asked = ask(report, preparer), []

    def end_before_the_second_question(execute, sql, *arguments):
        if 'FROM "revenue_report"' in sql or 'FROM "revenue_importrun"' in sql:
            asked.append(sql)
            if len(asked) == 2:
                runs.work(run.pk)
        return execute(sql, *arguments)

    client.force_login(preparer)
    with connection.execute_wrapper(end_before_the_second_question):
        page = client.get(reverse("finance_reports:report", args=[report.pk]))
    assert len(asked) >= 2
    assert "Nobody has looked" not in page.content.decode()


def test_only_one_run_of_a_file_at_a_time(report, preparer):
    ask(report, preparer)
    with pytest.raises(NotReadyError):
        ask(report, preparer, RunKind.POST)


def test_what_goes_wrong_is_kept_with_the_run_in_the_readers_language(preparer):
    report = posting.keep(file=uploaded(b"a,b\n1,2\n"), source=youtube(), period=period("2026-09"), by=preparer)
    run = done(ask(report, preparer))
    assert run.state == RunState.FAILED
    assert "columns are missing" in str(Finding.of_json(run.failure))


def test_it_is_stopped_before_it_begins(report, preparer):
    run = ask(report, preparer, RunKind.POST)
    runs.stop(report=report)
    assert done(run).state == RunState.CANCELLED
    assert not JournalEntry.objects.exists()


def test_it_is_stopped_on_the_way_and_nothing_is_posted(report, preparer, monkeypatch):
    run = ask(report, preparer, RunKind.POST)
    stage = posting._stage

    def stop_first(*arguments):
        runs.stop(report=report)
        return stage(*arguments)

    monkeypatch.setattr(posting, "_stage", stop_first)
    assert done(run).state == RunState.CANCELLED
    for model in (JournalEntry, EarningRow, ChannelTotal):
        assert not model.objects.exists()
    monkeypatch.undo()
    assert done(ask(report, preparer, RunKind.POST)).state == RunState.DONE


def test_a_run_whose_worker_is_gone_is_ended_and_can_be_started_again(report, preparer):
    run = ask(report, preparer)
    silent = timezone.now() - runs.SILENT_FOR - timedelta(minutes=1)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.WORKING, beat_at=silent)
    assert runs.sweep() == 1
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert done(ask(report, preparer)).state == RunState.DONE


def test_a_lost_message_is_sent_again(report, preparer, django_capture_on_commit_callbacks):
    run = ask(report, preparer)
    ImportRun.objects.filter(pk=run.pk).update(asked_at=timezone.now() - timedelta(minutes=5))
    with django_capture_on_commit_callbacks() as sent:
        runs.sweep()
    assert len(sent) == 1


def test_the_page_follows_the_work(client, report, preparer):
    client.force_login(preparer)
    run = ask(report, preparer)
    ImportRun.objects.filter(pk=run.pk).update(percent=40)
    assert "data-work-progress" in client.get(reverse("finance_reports:report", args=[report.pk])).content.decode()
    said = client.get(reverse("finance_reports:progress", args=[report.pk])).json()
    assert (said["is_under_way"], said["percent"]) == (True, 40)
    client.post(reverse("finance_reports:stop", args=[report.pk]))
    assert client.get(reverse("finance_reports:progress", args=[report.pk])).json()["is_under_way"] is False


def test_discarding_a_file_takes_its_runs_along(report, preparer):
    done(ask(report, preparer))
    posting.discard(report=report, by=preparer)
    assert not Report.objects.exists()
    assert not ImportRun.objects.exists()
