"""How her week goes towards the goal she has set herself; nothing is counted for who has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from courses.coverage import CELLS
from courses.days import today_of, zone_of
from courses.models import LessonCompletion, PieceProgress, PracticeAnswer, QuizAttempt, Submission, WeeklyGoal

MINUTE = timedelta(minutes=1)
PRACTICE = timedelta(seconds=30)  # what an exercise takes


@dataclass(frozen=True)
class Week:
    """A goal with what is done of it since Monday, her time. The other days are for resting."""

    goal: WeeklyGoal
    done: int

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


def week_of(learner: Any, now: datetime | None = None) -> Week | None:
    """Return how the week of ``learner`` goes: one query for who has no goal, three for who has one."""
    goal = WeeklyGoal.objects.owned_by(learner).first()
    if goal is None:
        return None
    now = now or timezone.now()
    today = today_of(learner, now)
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), zone_of(learner))
    progress = list(PieceProgress.objects.owned_by(learner).filter(last_at__gte=monday, last_at__lte=now))
    moments = _moments(learner, monday, now)
    if goal.unit == WeeklyGoal.Unit.DAYS:
        opened = (row.opened_at for row in progress if row.opened_at >= monday)
        return Week(goal, len(_days(learner, [*moments, *opened, *(row.last_at for row in progress)])))
    return Week(goal, _minutes(progress, len(moments), monday))


def _moments(learner: Any, monday: datetime, now: datetime) -> list[datetime]:
    """Return when she answered, finished or sent something: one query."""
    mine = {"learner": learner}
    found = [
        rows.filter(**mine, **{f"{field}__range": (monday, now)}).order_by().values_list(field)
        for rows, field in (
            (PracticeAnswer.objects, "made_at"),
            (QuizAttempt.objects, "made_at"),
            (LessonCompletion.objects, "completed_at"),
            (Submission.objects, "sent_at"),
            (PieceProgress.objects, "completed_at"),
        )
    ]
    first, *others = found
    return [moment for (moment,) in first.union(*others, all=True)]


def _days(learner: Any, moments: Iterable[datetime]) -> set[date]:
    zone = zone_of(learner)
    return {moment.astimezone(zone).date() for moment in moments}


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
