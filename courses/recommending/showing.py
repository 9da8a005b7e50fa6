"""Five courses that could come next, each with a true reason. Reads rows in one query and computes nothing.

Of five, at least ``FLOOR`` is a course that few have taken, where there is one: without it, what nobody knows would
never be known. Which one, her day decides, so that each has its turns.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from courses.days import today_of
from courses.languages import in_language
from courses.models import CoursePage, Enrolment, Graduation, NotForMe, Recommendation, RecommendationChoice
from courses.recommending.gathering import counts_for_her
from courses.recommending.keeping import in_turn

SHOWN = 5
FLOOR = 1
LOOKED_AT = 40  # rows of each basis
Basis = Recommendation.Basis
_ORDER = {Basis.TAKEN: 0, Basis.ALIKE: 1, Basis.POPULAR: 2}


@dataclass(frozen=True)
class Suggestion:
    """A course that could come next. ``because`` is the title of hers that speaks for it, if one does."""

    course: CoursePage
    basis: str
    because: str = ""
    finished: bool = False

    @property
    def reason(self) -> str:
        """Why, in her language."""
        if self.because and self.finished:
            return _("Because you finished “%(course)s”") % {"course": self.because}
        if self.because:
            return _("Because you joined “%(course)s”") % {"course": self.because}
        if self.basis == Basis.POPULAR:
            return _("Many who learn here take it")
        return _("Few have taken it so far: you would be one of the first")


def next_for(user: Any, language: str) -> list[Suggestion]:
    """Return up to five courses for ``user`` that can be read in ``language``, the best first: three queries.

    Never what she has joined, said "not for me" to or may not see. None where she has switched it off.
    """
    rows = list(_rows(user, language))
    return _with_pages(choose(rows, user.pk, today_of(user)), language)


def choose(rows: Iterable[Any], learner_id: int, day: date) -> list[Any]:
    """Return at most five of ``rows`` (with basis, rank and course_key), the first reason of each course.

    The last ``FLOOR`` are kept for courses that few have taken, unless as many are among the others.
    """
    best: dict[uuid.UUID, Any] = {}
    known = [row for row in rows if row.basis != Basis.NEW]
    for row in sorted(known, key=lambda row: (_ORDER[row.basis], row.rank)):
        best.setdefault(row.course_key, row)
    new = {row.course_key: row for row in rows if row.basis == Basis.NEW}
    turns = in_turn(new, day, learner_id)
    chosen = list(best)[:SHOWN]
    lacking = max(0, FLOOR - sum(key in new for key in chosen))
    chosen = chosen[: SHOWN - lacking]
    chosen += [key for key in turns if key not in chosen][: SHOWN - len(chosen)]
    return [best.get(key) or new[key] for key in chosen]


def _rows(user: Any, language: str) -> QuerySet[Any]:
    """Return the rows that may be shown to her: the first of each basis."""
    of_course = {"learner": user, "course_key": OuterRef("course_key")}
    hers = Enrolment.objects.filter(learner=user)
    rests_on = hers.filter(counts_for_her())
    readable = CoursePage.objects.live().public().filter(locale__language_code=language)
    on = ~Exists(RecommendationChoice.objects.filter(learner=user, is_off=True))
    reason = {"learner": user, "course_key": OuterRef("because_key")}
    return (
        Recommendation.objects.filter(
            Q(learner=user, because_key__in=rests_on.values("course_key"))
            | Q(learner=None, because_key__in=rests_on.values("course_key"))
            | Q(learner=None, because_key=None),
            on,
            ~Exists(Enrolment.objects.filter(**of_course)),
            ~Exists(NotForMe.objects.filter(**of_course)),
            Exists(readable.filter(translation_key=OuterRef("course_key"))),
        )
        .annotate(
            because=Subquery(Enrolment.objects.filter(**reason).values("course_title")[:1]),
            finished=Exists(Graduation.objects.filter(**reason)),
            place=Window(RowNumber(), partition_by=F("basis"), order_by=[F("rank"), F("pk")]),
        )
        .filter(place__lte=LOOKED_AT)
    )


def _with_pages(rows: list[Any], language: str) -> list[Suggestion]:
    """Return the rows with their pages, and the titles of her courses as she would read them now."""
    if not rows:
        return []
    keys = [row.course_key for row in rows] + [row.because_key for row in rows if row.because_key]
    live = CoursePage.objects.live().filter(translation_key__in=keys).select_related("locale").order_by("path")
    pages = in_language(live, language)
    return [
        Suggestion(
            pages[row.course_key],
            row.basis,
            pages[row.because_key].title if row.because_key in pages else row.because or "",
            row.finished,
        )
        for row in rows
        if row.course_key in pages
    ]
