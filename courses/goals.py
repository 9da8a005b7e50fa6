"""How her week goes towards the goal she has set herself; nothing is counted for who has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.coverage import CELLS
from courses.days import zone_of
from courses.models import LessonCompletion, PieceProgress, PracticeAnswer, QuizAttempt, Submission, WeeklyGoal

MINUTE = timedelta(minutes=1)
PRACTICE = timedelta(seconds=30)  # what an exercise takes
THURSDAY = 3  # when who counts minutes is reminded: four days are left


@dataclass(frozen=True)
class Week:
    """A goal with what is done of it since Monday, her time. The other days are for resting."""

    goal: WeeklyGoal
    done: int
    today: date
    began_today: bool

    @property
    def is_reached(self) -> bool:
        """Whether she has done what she wanted."""
        return self.done >= self.goal.amount

    @property
    def percent(self) -> int:
        """How much of it, 0 to 100."""
        return min(100, self.done * 100 // self.goal.amount)

    @property
    def rest_days(self) -> int:
        """How many days of the week are free, in a goal that counts days."""
        return 7 - self.goal.amount

    @property
    def asks_for_today(self) -> bool:
        """Whether today is no day for resting: as many days are left as are wanting. What is out of reach asks nothing.

        A goal in minutes has no days for resting, and asks for its Thursday.
        """
        if self.is_reached or self.began_today:
            return False
        if self.goal.unit == WeeklyGoal.Unit.MINUTES:
            return self.today.weekday() == THURSDAY
        return self.goal.amount - self.done == 7 - self.today.weekday()


def week_of(learner: Any, now: datetime | None = None) -> Week | None:
    """Return how the week of ``learner`` goes: one query for who has no goal, three for who has one."""
    goals = list(WeeklyGoal.objects.owned_by(learner))
    return weeks_of(goals, zone_of(learner), now or timezone.now())[0] if goals else None


def weeks_of(goals: list[WeeklyGoal], zone: ZoneInfo, now: datetime) -> list[Week]:
    """Return how the weeks go of those who live in ``zone``: two queries, however many."""
    monday = monday_of(zone, now)
    learners = [goal.learner_id for goal in goals]
    progress: dict[int, list[PieceProgress]] = {pk: [] for pk in learners}
    for row in PieceProgress.objects.filter(learner__in=learners, last_at__gte=monday, last_at__lte=now):
        progress[row.learner_id].append(row)
    moments = _moments(learners, monday, now)
    return [_week(goal, progress[goal.learner_id], moments[goal.learner_id], monday, now) for goal in goals]


def monday_of(zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment at which the week of ``now`` began in ``zone``."""
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), zone)


def _week(
    goal: WeeklyGoal, progress: list[PieceProgress], moments: list[datetime], monday: datetime, now: datetime
) -> Week:
    opened = (row.opened_at for row in progress if row.opened_at >= monday)
    active = [*moments, *opened, *(row.last_at for row in progress)]
    days = {moment.astimezone(monday.tzinfo).date() for moment in active}
    counts_days = goal.unit == WeeklyGoal.Unit.DAYS
    done = len(days) if counts_days else _minutes(progress, len(moments), monday)
    today = now.astimezone(monday.tzinfo).date()
    return Week(goal, done, today, today in days)


def _moments(learners: list[int], monday: datetime, now: datetime) -> dict[int, list[datetime]]:
    """Return when each of ``learners`` answered, finished or sent something: one query."""
    found = [
        rows.filter(learner__in=learners, **{f"{field}__range": (monday, now)}).order_by().values_list("learner", field)
        for rows, field in (
            (PracticeAnswer.objects, "made_at"),
            (QuizAttempt.objects, "made_at"),
            (LessonCompletion.objects, "completed_at"),
            (Submission.objects, "sent_at"),
            (PieceProgress.objects, "completed_at"),
        )
    ]
    first, *others = found
    moments: dict[int, list[datetime]] = {pk: [] for pk in learners}
    for learner, moment in first.union(*others, all=True):
        moments[learner].append(moment)
    return moments


def _minutes(progress: Iterable[PieceProgress], moments: int, monday: datetime) -> int:
    """Return about how many minutes: what was played since Monday, and half a minute for each thing done.

    Of a video that she began before Monday, no more counts than the time she had for it since; of one that she had
    done by then, nothing.
    """
    spent = moments * PRACTICE
    for row in progress:
        if row.completed_at and row.completed_at < monday:
            continue
        played = timedelta(milliseconds=row.duration_ms * row.played // CELLS)
        spent += min(played, row.last_at - max(row.opened_at, monday))
    return spent // MINUTE
