"""What a learner finds on her own page. A fixed number of queries, however much she has done."""

from dataclasses import dataclass, field
from typing import Any

from courses.cohorts import dues_of
from courses.goals import Week, week_of
from courses.languages import in_language
from courses.models import Certificate, CoursePage, Submission
from courses.outline import CourseCard, Outline, cards_of, courses_with_pictures, outlines_of, record_of
from courses.recommending.showing import Suggestion, next_for
from courses.spare_time import CHOICES, Plan, plans_for

NEWEST = 3
NEWS = 5
ASKED = 3


@dataclass
class Dashboard:
    """Her courses, the one to go on with first; what waits; what she has reached."""

    current: Outline | None = None
    others: list[Outline] = field(default_factory=list)
    news: list[Submission] = field(default_factory=list)
    waiting: list[Submission] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    next: list[Suggestion] = field(default_factory=list)
    newest: list[CourseCard] = field(default_factory=list)
    minutes: int | None = None
    plans: list[Plan] = field(default_factory=list)
    minute_choices: tuple[int, ...] = CHOICES
    week: Week | None = None
    asked: list[Submission] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether she has joined nothing yet."""
        return not (self.current or self.certificates)


def dashboard_of(user: Any, language: str, *, minutes: int | None = None) -> Dashboard:
    """Return the dashboard of ``user`` in ``language``; with ``minutes``, also what fits into them."""
    record = record_of(user)
    versions = CoursePage.objects.live().filter(translation_key__in=record.enrolments).select_related("locale")
    courses = in_language(versions, language) if record.enrolments else {}
    hers = [courses[key] for key in record.enrolments if key in courses]
    outlines = outlines_of(hers, record, dues_of(user, record.enrolments.values())) if hers else []
    going_on = [outline for outline in outlines if not outline.certificate]
    board = Dashboard(
        current=going_on[0] if going_on else None,
        others=going_on[1:],
        certificates=list(record.certificates.values()),  # a course that was taken down takes none with it
        minutes=minutes,
        week=week_of(user),
    )
    _add_submissions(board, user)
    if any(enrolment.cohort_id for enrolment in record.enrolments.values()):
        board.asked = list(Submission.objects.asking(user).select_related("asset", "learner")[:ASKED])
    if minutes and going_on:
        board.plans = plans_for(user, going_on, minutes)
    else:
        board.next = next_for(user, language)
    if not (going_on or board.next):
        live = courses_with_pictures().filter(locale__language_code=language)
        newest = live.exclude(translation_key__in=record.enrolments).order_by("-first_published_at", "path")
        board.newest = cards_of(newest[:NEWEST])
    return board


def _add_submissions(board: Dashboard, user: Any) -> None:
    """News she has not opened yet, and what still waits; what is unusable is news too."""
    states = Submission.State
    mine = Submission.objects.owned_by(user).filter(seen_at=None).select_related("asset").order_by("-sent_at")
    for submission in mine[:50]:
        if submission.state == states.SENT:
            board.waiting.append(submission)
        elif len(board.news) < NEWS:
            board.news.append(submission)
