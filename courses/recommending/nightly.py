"""Recommending every night, once, whichever worker is awake."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from courses.models import Recommendation, RecommendationRun
from courses.recommending import keeping
from courses.recommending.exchange import Work
from courses.recommending.gathering import Gathered, gather
from courses.recommending.scoring import scored

FROM_HOUR = 3  # of the site's own time zone; the books are proved from two
LOST_AFTER = timedelta(hours=2)


def ask_if_due(now: datetime | None = None) -> bool:
    """Ask a worker for tonight's rows, unless it was asked; one whose worker was lost is asked for again."""
    from courses.tasks import recommend_courses

    now = now or timezone.now()
    here = timezone.localtime(now)
    if here.hour < FROM_HOUR:
        return False
    run, is_new = RecommendationRun.objects.get_or_create(day=here.date(), defaults={"begun_at": now})
    lost = RecommendationRun.objects.filter(pk=run.pk, ended_at__isnull=True, begun_at__lt=now - LOST_AFTER)
    if not is_new and not lost.update(begun_at=now):
        return False
    recommend_courses.enqueue(here.date().isoformat())
    return True


def recommend(day: date) -> RecommendationRun:
    """Work out what could come next for everybody and keep it; a second time the same day replaces the first.

    Raises ScoringFailed or TimedOut; then the rows of the night before stay.
    """
    begun = timezone.now()
    gathered = gather()
    learners = sorted(gathered.taken)
    keys = _keys(gathered)
    position = {key: number for number, key in enumerate(keys)}
    work = Work(
        taken=[[position[key] for key in gathered.taken[learner]] for learner in learners],
        courses=len(keys),
        words=list(gathered.words.values()),
    )
    changes = keeping.Changes()
    with scored(work) as found:
        general = Recommendation.objects.filter(learner=None)
        changes.compare(general, keeping.for_everybody(gathered, found.alike, day))
        for some, rows in keeping.for_learners(learners, keys, found.taken):
            changes.compare(Recommendation.objects.filter(learner__in=some), rows)
    for some in _in_parts(_no_longer_asked(learners)):
        changes.compare(Recommendation.objects.filter(learner__in=some), ())
    rows = changes.write()
    counts = {"courses": len(gathered.words), "learners": len(learners), "rows": rows, "written": len(changes.fresh)}
    run, _is_new = RecommendationRun.objects.update_or_create(
        day=day,
        defaults={"begun_at": begun, "ended_at": timezone.now(), "found": counts | {"notes": found.notes}},
    )
    return run


def _keys(gathered: Gathered) -> list[uuid.UUID]:
    """Return the keys of all courses: those that can be recommended first, then those that people took before."""
    return list(dict.fromkeys([*gathered.words, *(key for row in gathered.taken.values() for key in row)]))


def _no_longer_asked(learners: list[int]) -> list[int]:
    """Return those who have rows, but nothing any more that they could rest on."""
    having = Recommendation.objects.filter(learner__isnull=False).values_list("learner_id", flat=True).distinct()
    return sorted(set(having) - set(learners))


def _in_parts(learners: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(learners), keeping.AT_ONCE):
        yield learners[start : start + keeping.AT_ONCE]
