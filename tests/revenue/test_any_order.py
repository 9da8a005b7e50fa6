"""Whatever finance does and in whatever order, the books agree with a few lines of plain Python."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from revenue import approvals, bookkeeping, chart, children, money, payouts
from revenue.importing import posting
from revenue.models import Account, Payout, Period, Statement
from revenue.models.statements import HoldReason
from revenue.proof import verify
from revenue.rails.base import Outcome
from revenue.rails.fake import fake_rail
from revenue.sharing import share_channel
from revenue.statements import close_month
from revenue.states import PayoutState
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, uploaded, youtube, youtube_csv

SHARE_BPS, THRESHOLD, CENT = 7000, 1000, money.units_per_minor("USD")
DUO = (6000, 4000)  # the first one's channel is the second one's too
CHILD_BPS = 3000  # half of 60 %: a child is in the third one's video
amounts = st.integers(-8_000_000, 30_000_000)  # micros: from minus eight dollars to thirty
whom = st.integers(0, 2)


@dataclass
class Her:
    """What one creator is owed, by the model: exact units of the open month, and whole cents after it."""

    news: int = 0
    has_news: bool = False
    rest: int = 0
    carried: int = 0
    due: int = 0
    paid: int = 0
    has_child: bool = False
    aside: int = 0
    owed_to_child: int = 0

    def set_aside(self):
        """Keep what is due to the child up to this month, rounded up; at most what the video brought."""
        if not self.has_child:
            return 0
        most = (max(0, self.news) + max(0, self.owed_to_child)) // CENT
        exact = abs(self.news) * CHILD_BPS // 10_000
        self.owed_to_child += exact if self.news > 0 else -exact
        part = min(most, max(0, -(-self.owed_to_child // CENT)))
        self.owed_to_child -= part * CENT
        self.aside += part
        return part

    def close(self):
        """Round once, and make payable what reaches the threshold; without news everything waits."""
        if not self.has_news:
            return
        earned, self.rest = divmod(self.rest + self.news, CENT)
        earned -= self.set_aside()
        self.news, self.has_news, self.carried = 0, False, self.carried + earned
        if self.carried >= THRESHOLD:
            self.due, self.carried = self.due + self.carried, 0


@dataclass
class File:
    """A posted file of the open month."""

    report: object
    micros: dict = field(default_factory=dict)


class Finance(RuleBasedStateMachine):
    """Three creators, one platform, and what people can do from the platform's file to the bank's answer."""

    people = {}

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        fake_rail.forget()
        self.channels = [ChannelFactory(confirmed=True) for _creator in range(3)]
        for channel in self.channels:
            PayoutMethodFactory(creator=channel.profile, rail="fake")
        first, second, _third = self.channels
        parts = [(second.profile, DUO[1])]
        share_channel(channel=first, others=parts, start=date(2025, 1, 1), by=self.people["preparer"])
        self.her = [Her() for _creator in range(3)]
        self.month, self.files, self.numbers = date(2025, 1, 1), [], count()

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def post(self, micros, restates=None):
        rows = [
            {"channel_id": self.channels[who].external_id, "partner_revenue": money.plain_micros(amount),
             "date": f"{self.month:%Y%m}15", "video_id": f"v{who}", "video_title": f"{next(self.numbers)}"}
            for who, amount in micros.items()
        ]  # fmt: skip
        by = self.people["preparer"]
        period = Period.objects.for_month(self.month)
        report = posting.keep(file=uploaded(youtube_csv(rows)), source=youtube(), period=period, by=by)
        posting.relate(report=report, restates=restates, by=by)
        posting.post_report(report=report, by=by)
        report.refresh_from_db()
        return report

    @rule(micros=st.dictionaries(whom, amounts, min_size=1))
    def import_a_file(self, micros):
        self.files.append(File(self.post(micros), micros))
        self.note(micros)
        if 2 in micros and not self.her[2].has_child:
            self.declare_a_child()

    @precondition(lambda self: self.files)
    @rule(which=st.integers(0, 99), micros=st.dictionaries(whom, amounts, min_size=1))
    def correct_a_file(self, which, micros):
        file = self.files[which % len(self.files)]
        before = file.micros
        file.report, file.micros = self.post(micros, restates=file.report), micros
        differences = {who: micros.get(who, 0) - before.get(who, 0) for who in {*micros, *before}}
        self.note({who: amount for who, amount in differences.items() if amount})

    def note(self, micros):
        for who, amount in micros.items():
            parts = enumerate(money.split(amount, DUO)) if who == 0 else [(who, amount)]
            for whose, part in parts:
                self.her[whose].news += part * SHARE_BPS
                self.her[whose].has_news = True

    def declare_a_child(self):
        profile = self.channels[2].profile
        children.declare(
            creator=profile, alias="Bean", platform="youtube", video_id="v2", seconds=60, length=100, region="US-IL",
            by=profile.user,
        )  # fmt: skip
        self.her[2].has_child = True

    @precondition(lambda self: self.files or self.month < date(2025, 4, 1))  # a few months in which nothing happened
    @rule()
    def close_the_month(self):
        close_month(month=self.month, by=self.people["preparer"])
        self.month, self.files = date(self.month.year + self.month.month // 12, self.month.month % 12 + 1, 1), []
        for her in self.her:
            her.close()

    def some(self, which, **wanted):
        found = list(Statement.objects.filter(**wanted).order_by("made_at", "pk"))
        return found[which % len(found)] if found else None

    @rule(which=st.integers(0, 99))
    def send_to_approval(self, which):
        if statement := self.some(which, state="draft"):
            approvals.send_to_approval(statement=statement, by=self.people["preparer"])

    @rule(which=st.integers(0, 99))
    def approve(self, which):
        if statement := self.some(which, state="in_review"):
            approvals.approve(statement=statement, by=self.people["approver"])

    @rule(which=st.integers(0, 99), state=st.sampled_from(["draft", "in_review", "approved"]))
    def hold(self, which, state):
        if statement := self.some(which, state=state):
            approvals.hold(statement=statement, reason=HoldReason.OTHER, message="We look.", by=self.people["preparer"])

    @rule(which=st.integers(0, 99))
    def release(self, which):
        if statement := self.some(which, state="held"):
            approvals.release(hold=statement.holds.get(released_at=None), by=self.people["preparer"])

    @rule(faults=st.lists(st.sampled_from(["", "refuse", "lost before", "lost after"]), max_size=3))
    def pay(self, faults):
        fake_rail.faults = list(faults)
        payouts.pay(statements=payouts.ready(), by=self.people["approver"])
        fake_rail.faults = []

    @rule()
    def take_up_what_was_left(self):
        payouts.resume()

    @rule(which=st.integers(0, 99), news=st.sampled_from([PayoutState.PAID, PayoutState.RETURNED]))
    def hear_from_the_bank(self, which, news):
        under_way = list(Payout.objects.filter(state__in=["sent", "paid"]).order_by("made_at", "pk"))
        if not under_way:
            return
        payout = under_way[which % len(under_way)]
        who = next(n for n, one in enumerate(self.channels) if one.profile_id == payout.statement.creator_id)
        if news != payout.state:
            self.her[who].paid += (
                payout.amount if news == PayoutState.PAID else -payout.amount * (payout.state == "paid")
            )
        payouts.settle(payout=payout, outcome=Outcome(news, "", "the bank said so"))

    @invariant()
    def everybody_is_owed_what_the_model_says(self):
        for channel, her in zip(self.channels, self.her, strict=True):
            made = Statement.objects.filter(creator=channel.profile)
            assert sum(made.values_list("payable", flat=True)) == her.due
            paid = Payout.objects.filter(statement__creator=channel.profile, state="paid")
            assert sum(paid.values_list("amount", flat=True)) == her.paid
            if not her.has_news:
                under_way = Payout.objects.filter(statement__creator=channel.profile).exclude(
                    state__in=["paid", "failed", "returned"]
                )
                owed = -bookkeeping.balance(chart.creator_payable(channel.profile_id), "USD")
                moving = sum(under_way.values_list("amount", flat=True))
                assert owed + moving == her.carried + her.due - her.paid

    @invariant()
    def a_child_has_what_the_model_says(self):
        held = Account.objects.filter(code__startswith=chart.reserve_prefix()).aggregate(sum=Sum("postings__amount"))
        assert -(held["sum"] or 0) == self.her[2].aside

    @invariant()
    def nothing_is_paid_twice(self):
        groups = [request.group for request in fake_rail.paid]
        assert len(groups) == len(set(groups))

    @invariant()
    def the_books_hold(self):
        assert verify().problems == []


@pytest.mark.django_db
@pytest.mark.slow
def test_any_order_of_steps_keeps_the_books(preparer, approver, settings_with_pretend_rail):
    Finance.people = {"preparer": preparer, "approver": approver}
    run_state_machine_as_test(
        Finance,
        settings=settings(
            max_examples=8, stateful_step_count=22, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.fixture
def settings_with_pretend_rail(request):
    request.getfixturevalue("settings").REVENUE_PRETEND_RAIL = True
    yield
    fake_rail.forget()
