"""Two people at the same moment: each file is posted once, and restated once."""

import threading

import pytest
from django.db import connection

from revenue.errors import RevenueError
from revenue.importing import posting
from revenue.models import EarningRow, JournalEntry, Report
from revenue.proof import verify
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import period, uploaded, youtube, youtube_csv

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def keep(amount, by):
    content = youtube_csv([{"channel_id": "UCtwo", "partner_revenue": amount, "date": "20260915"}])
    return posting.keep(file=uploaded(content), source=youtube(), period=period("2026-09"), by=by)


def at_once(*steps):
    """Do every step in a thread of its own, all from the same moment on; return what each said."""
    start, said = threading.Barrier(len(steps)), []

    def do(step):
        try:
            start.wait(timeout=30)
            step()
            said.append("done")
        except RevenueError as error:
            said.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return sorted(said)


def test_two_importers_of_one_file_post_it_once(preparer):
    ChannelFactory(external_id="UCtwo", confirmed=True)
    report = keep("10.00", preparer)
    said = at_once(*[lambda: posting.post_report(report=report, by=preparer)] * 2)
    assert said == ["AlreadyPostedError", "done"]
    assert (JournalEntry.objects.count(), EarningRow.objects.count()) == (1, 1)
    assert verify().problems == []


def test_two_corrections_of_one_file_do_not_both_take_its_place(preparer):
    ChannelFactory(external_id="UCtwo", confirmed=True)
    first = keep("10.00", preparer)
    posting.post_report(report=first, by=preparer)
    corrections = [keep(amount, preparer) for amount in ("12.00", "13.00")]

    def correct(report):
        posting.relate(report=report, restates=first, by=preparer)
        posting.post_report(report=report, by=preparer)

    said = at_once(*[lambda report=report: correct(report) for report in corrections])
    assert said.count("done") == 1
    assert Report.objects.filter(restates=first, state="posted").count() == 1
    assert verify().problems == []
