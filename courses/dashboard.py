"""What a learner finds on her own page. A fixed number of queries, however much she has done."""

from dataclasses import dataclass, field
from typing import Any

from courses.models import Certificate, CoursePage, Submission
from courses.models.learning import Enrolment, PieceProgress
from courses.outline import CourseCard, Outline, cards_of, courses_with_pictures, outlines_of

SUGGESTIONS = 3
NEWS = 5


@dataclass
class Dashboard:
    """Her courses, the one to go on with first; what waits; what she has reached."""

    current: Outline | None = None
    others: list[Outline] = field(default_factory=list)
    finished: list[Outline] = field(default_factory=list)
    news: list[Submission] = field(default_factory=list)
    waiting: list[Submission] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    suggestions: list[CourseCard] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether she has joined nothing yet."""
        return not (self.current or self.others or self.finished or self.certificates)


def dashboard_of(user: Any, language: str) -> Dashboard:
    """Return the dashboard of ``user`` in ``language``."""
    board = Dashboard()
    enrolments = list(Enrolment.objects.owned_by(user).with_place().order_by("-enrolled_at"))
    keys = [row.course_key for row in enrolments]
    versions = CoursePage.objects.live().filter(translation_key__in=keys).select_related("locale")
    by_key: dict[Any, CoursePage] = {}
    for page in versions:
        if page.locale.language_code == language or page.translation_key not in by_key:
            by_key[page.translation_key] = page
    outlines = outlines_of(by_key.values(), user) if by_key else []
    _sort_courses(board, outlines, enrolments)
    board.certificates = [outline.certificate for outline in outlines if outline.certificate]
    gone = set(keys) - set(by_key)
    if gone:  # a course that was taken down takes no certificate with it
        owned = Certificate.objects.owned_by(user).select_related("graduation")
        board.certificates += owned.filter(graduation__course_key__in=gone)
    _add_submissions(board, user)
    if not board.current:
        live = courses_with_pictures().filter(locale__language_code=language)
        newest = live.exclude(translation_key__in=keys).order_by("-first_published_at", "path")
        board.suggestions = cards_of(newest[:SUGGESTIONS])
    return board


def _sort_courses(board: Dashboard, outlines: list[Outline], enrolments: list[Enrolment]) -> None:
    places = {row.course_key: row.place for row in enrolments}
    touched = dict(PieceProgress.objects.filter(pk__in=[p for p in places.values() if p]).values_list("pk", "last_at"))
    joined = {row.course_key: row.enrolled_at for row in enrolments}

    def last_touched(outline: Outline) -> Any:
        key = outline.course.course_key
        return touched.get(places.get(key), joined[key])

    ordered = sorted(outlines, key=last_touched, reverse=True)
    board.finished = [outline for outline in ordered if outline.certificate]
    going_on = [outline for outline in ordered if not outline.certificate]
    board.current, board.others = (going_on[0], going_on[1:]) if going_on else (None, [])


def _add_submissions(board: Dashboard, user: Any) -> None:
    """News she has not opened yet, and what still waits; what is unusable is news too."""
    states = Submission.State
    mine = Submission.objects.owned_by(user).filter(seen_at=None).select_related("asset").order_by("-sent_at")
    for submission in mine[:50]:
        if submission.state == states.SENT:
            board.waiting.append(submission)
        elif len(board.news) < NEWS:
            board.news.append(submission)
