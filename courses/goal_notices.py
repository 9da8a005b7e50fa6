"""A kind word about the goal of her week: once when she has reached it, and one reminder where she asked for it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from courses.days import by_day, named_zone
from courses.goals import Week, monday_of, weeks_of
from courses.models import Enrolment, Graduation, Notice, WeeklyGoal
from courses.models.notices import Kind
from courses.notices import tell

AT_ONCE = 500  # weeks that are looked at together


def tell_of_weeks(now: datetime | None = None) -> None:
    """Tell everybody once who has reached the goal of her week, and remind once, by day, who has asked for it.

    Nobody hears of it while one of her courses rests.
    """
    now = now or timezone.now()
    finished = Graduation.objects.filter(learner=OuterRef("learner"), course_key=OuterRef("course_key"))
    resting = Enrolment.objects.filter(~Exists(finished), learner=OuterRef("learner"), paused_on__isnull=False)
    goals = WeeklyGoal.objects.filter(~Exists(resting)).order_by("pk")
    for name in goals.order_by().values_list("learner__time_zone", flat=True).distinct():
        here = list(goals.filter(learner__time_zone=name))
        for start in range(0, len(here), AT_ONCE):
            _tell_some(here[start : start + AT_ONCE], named_zone(name), now)


def _tell_some(goals: list[WeeklyGoal], zone: ZoneInfo, now: datetime) -> None:
    weeks = weeks_of(goals, zone, now)
    monday = f"{monday_of(zone, now):%Y%m%d}"
    _tell([week for week in weeks if week.is_reached], f"goal:{monday}")
    local = now.astimezone(zone)
    _mail_no_more(goals, local)
    if by_day(local):
        asked = [week for week in weeks if week.goal.reminds and week.asks_for_today]
        settled = [week for week in asked if week.goal.set_at.astimezone(zone).date() < week.today]
        _tell(settled, f"remind:{monday}")


def _tell(weeks: list[Week], event: str) -> None:
    people = [week.goal.learner_id for week in weeks]
    tell(people=people, kind=Kind.GOAL, event=event, title="", url=reverse("courses:dashboard") + "#week")


def _mail_no_more(goals: list[WeeklyGoal], local: datetime) -> None:
    """Let a reminder that the mail of its own day did not take stand in her list alone: tomorrow is another day."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    reminders = Notice.objects.filter(event__startswith="remind:", made_at__lt=midnight, by_mail=True, mailed_at=None)
    reminders.filter(learner__in=[goal.learner_id for goal in goals]).update(by_mail=False)
