"""Figures for the home page: counted from the rows, never typed, and shown only once they say something."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from courses.models import CoursePage, Graduation, Submission

KEPT_SECONDS = 10 * 60
LEAST = 10  # below this a figure is nobody's argument, and may tell who it was


@dataclass(frozen=True)
class Figure:
    """One figure: ``words`` say what is counted, without the number."""

    key: str
    count: Callable[[], int]
    words: Promise


FIGURES = [
    Figure(
        "graduations",
        lambda: Graduation.objects.count(),
        ngettext_lazy("course finished", "courses finished", "count"),
    ),
    Figure(
        "answers",
        lambda: Submission.objects.exclude(decided_at=None).count(),
        ngettext_lazy("film answered by a teacher", "films answered by a teacher", "count"),
    ),
    Figure(
        "courses",
        lambda: CoursePage.objects.live().public().values("translation_key").distinct().count(),
        ngettext_lazy("course that costs nothing", "courses that cost nothing", "count"),
    ),
]


def worth_showing() -> list[tuple[int, str]]:
    """Return (number, words) for each figure that is large enough; counted at most every ten minutes."""
    counts = cache.get_or_set("website.figures", lambda: {f.key: f.count() for f in FIGURES}, KEPT_SECONDS)
    return [
        (counts[figure.key], str(figure.words % {"count": counts[figure.key]}))
        for figure in FIGURES
        if counts[figure.key] >= LEAST
    ]
