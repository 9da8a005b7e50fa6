"""Whatever happens to the reports on their way, progress is what it is when each came once and in order.

And nothing of it is lost: all that was played counts, in however many sittings, on a page however old.
"""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from courses import coverage, heartbeats, progress, tickets
from courses.models import PieceProgress
from courses.tickets import Ticket
from tests.factories.accounts import UserFactory

DURATION_MS = 60_000
KEPT = ("cells", "played", "end_reached", "duration_ms", "position_ms", "furthest_ms", "opened_at", "last_at")


class Page:
    """One opened page: what site/static/js/lesson.js keeps about one video since then."""

    def __init__(self, opened_at):
        self.opened_at = opened_at
        self.source = uuid.uuid4()
        self.played = []
        self.position = 0
        self.ended = False

    def report(self, learner, keys, now):
        """A report as the page sends it: everything played so far, and where she is."""
        ticket = tickets.issue(learner, Ticket(*keys, DURATION_MS, self.opened_at))
        return {
            "id": str(uuid.uuid4()),
            "ticket": ticket,
            "played": [list(part) for part in self.played],
            "position": self.position,
            "ready": 4 if self.played else 0,
            "ended": self.ended,
            "at": round(now.timestamp() * 1000),
        }


class Replay(RuleBasedStateMachine):
    """She watches in several tabs while the line breaks; what was sent arrives late, twice, mixed or not at all."""

    pages = Bundle("pages")
    learner = None

    def __init__(self):
        super().__init__()
        self.keys = (uuid.uuid4(), uuid.uuid4(), uuid.uuid4())
        self.now = timezone.now() - timedelta(hours=2)
        self.now = self.now.replace(microsecond=self.now.microsecond // 1000 * 1000)
        self.happened = []
        self.newest = {}
        self.watched = []

    def deliver(self, *reports):
        events, answered = heartbeats.read_events(self.learner, json.dumps(reports), self.now)
        assert answered == [report["id"] for report in reports]
        progress.record(learner=self.learner, reports=heartbeats.reports_of(events))

    def kept(self, lesson_key):
        row = PieceProgress.objects.filter(learner=self.learner, lesson_key=lesson_key).first()
        return row and ({name: getattr(row, name) for name in KEPT} | {"is_done": row.completed_at is not None})

    @rule(target=pages, wait=st.integers(0, 600))
    def open_a_page(self, wait):
        self.now += timedelta(seconds=wait)
        return Page(self.now)

    @rule(target=pages, page=pages, days=st.integers(0, 20))
    def open_the_kept_page_again(self, page, days):
        """A page that is kept on the phone is the same paper each time: its tickets say when she kept it."""
        self.now += timedelta(days=days)
        return Page(page.opened_at)

    @rule(page=pages, start=st.integers(0, 59), seconds=st.integers(1, 60), speed=st.sampled_from([1, 2]))
    def watch(self, page, start, seconds, speed):
        stop = min(DURATION_MS, start * 1000 + seconds * 1000 * speed)
        self.now += timedelta(seconds=seconds)
        page.played.append((start * 1000, stop))
        self.watched.append((start * 1000, stop))
        page.position = stop
        page.ended = page.ended or stop == DURATION_MS
        self.note(page)

    @rule(page=pages, position=st.integers(0, DURATION_MS))
    def move_the_place(self, page, position):
        self.now += timedelta(seconds=1)
        page.position = position
        self.note(page)

    def note(self, page):
        report = page.report(self.learner, self.keys, self.now)
        self.happened.append(report)
        self.newest[page.source] = report

    @precondition(lambda self: self.happened)
    @rule(data=st.data(), wait=st.integers(0, 3600))
    def some_arrive(self, data, wait):
        """Any of what was ever sent, in any order and number; the server's clock goes on meanwhile."""
        which = data.draw(st.lists(st.integers(0, len(self.happened) - 1), min_size=1, max_size=6))
        real = self.now
        self.now += timedelta(seconds=wait)
        self.deliver(*(self.happened[number] for number in which))
        self.now = real

    def teardown(self):
        """The queue is sent at last: of each page its newest report. Then compare with everything once in order."""
        if not self.happened:
            return
        self.now += timedelta(seconds=1)
        self.deliver(*self.newest.values())
        came = self.kept(self.keys[1])
        self.keys = (self.keys[0], uuid.uuid4(), self.keys[2])
        for report in self.happened:
            ticket = tickets.read(self.learner, report["ticket"])
            again = tickets.issue(self.learner, Ticket(*self.keys, ticket.duration_ms, ticket.opened_at))
            self.deliver(report | {"ticket": again})
        assert came == self.kept(self.keys[1])
        assert came["cells"] == coverage.cells_of(self.watched, DURATION_MS)
        assert came["played"] == (coverage.CELLS if came["is_done"] else came["cells"].bit_count())


@pytest.mark.django_db
def test_any_order_repetition_and_loss_gives_the_same_progress():
    Replay.learner = UserFactory(role="learner")
    quietly = settings(max_examples=40, stateful_step_count=12, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Replay, settings=quietly)
