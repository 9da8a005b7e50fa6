"""Where learners get stuck, for who teaches them: one grouped query a chart, and only her own learners."""

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.charts import Chart, Row, percent, shown
from courses.coverage import CELLS
from courses.grading import mark, quiz_of
from courses.models import (
    CoursePage,
    Enrolment,
    LessonCompletion,
    LessonPage,
    PieceProgress,
    QuizAttempt,
    Shelf,
    ShelfPage,
    Submission,
)
from courses.models.submissions import clock
from courses.pieces import QUIZ, VIDEO, Piece, piece_name
from courses.questions import analysis

RECENT = timedelta(days=90)
MOST_TRIES = 5


def courses_of(user: Any) -> list[CoursePage]:
    """Return the courses on the shelves of ``user``, in every language: two queries."""
    paths = list(ShelfPage.objects.filter(shelf__in=Shelf.objects.of(user)).values_list("path", flat=True))
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    return list(CoursePage.objects.filter(below).select_related("locale").order_by("title", "path"))


def her_learners(user: Any, course_key: uuid.UUID) -> QuerySet[Enrolment]:
    """Return the enrolments in a course that came by a shelf of ``user``; not her own."""
    return Enrolment.objects.filter(course_key=course_key, shelf__in=Shelf.objects.of(user)).exclude(learner=user)


def _ids(user: Any, course_key: uuid.UUID) -> QuerySet[Any]:
    return her_learners(user, course_key).values("learner_id")


def learners_by_course(user: Any) -> dict[uuid.UUID, int]:
    """Return how many learners each course of hers has."""
    mine = Enrolment.objects.filter(shelf__in=Shelf.objects.of(user)).exclude(learner=user)
    return dict(mine.values_list("course_key").annotate(Count("pk")))


def lessons_chart(user: Any, course: CoursePage, lessons: list[LessonPage], learners: int) -> Chart:
    """How many began and how many finished each lesson: two queries."""
    hers = {"learner__in": _ids(user, course.course_key), "course_key": course.course_key}
    opened = PieceProgress.objects.filter(**hers).values_list("lesson_key")
    begun = dict(opened.annotate(Count("learner", distinct=True)))
    finished = dict(LessonCompletion.objects.filter(**hers).values_list("lesson_key").annotate(Count("pk")))
    rows = []
    for number, lesson in enumerate(lessons, 1):
        began, ended = begun.get(lesson.lesson_key, 0), finished.get(lesson.lesson_key, 0)
        url = reverse("courses:insight_lesson", args=[course.course_key, lesson.lesson_key])
        rows.append(Row(f"{number}. {lesson.title}", [shown(began), shown(ended)], percent(ended, learners), url))
    return Chart(
        "lessons",
        _("From lesson to lesson"),
        _("The bar is the share of all who joined that finished the lesson. Open a lesson to see where they stop."),
        [_("Lesson"), _("Began"), _("Finished")],
        rows,
    )


def tries_chart(user: Any, course: CoursePage) -> Chart:
    """How many pass at their first try, their second, and so on: one query."""
    answered = Submission.objects.filter(
        learner__in=_ids(user, course.course_key), course_key=course.course_key, shelf__in=Shelf.objects.of(user)
    ).exclude(decided_at=None)
    passes = Count("pk", filter=Q(state=Submission.State.PASSED))
    counts = answered.values("number").order_by("number").annotate(answers=Count("pk"), passed=passes)
    rows = [
        Row(
            _("Try %(number)d") % {"number": row["number"]},
            [shown(row["answers"]), shown(row["passed"])],
            percent(row["passed"], row["answers"]),
        )
        for row in counts[:MOST_TRIES]
    ]
    return Chart(
        "tries",
        _("Passed at which try"),
        _("Of the videos that were answered, the share that passed."),
        [_("Try"), _("Answered"), _("Passed")],
        rows,
    )


def waiting_chart(user: Any, course: CoursePage) -> Chart:
    """How long those who sent a video in the last ninety days waited for their answer: one query."""
    sent = Submission.objects.filter(
        learner__in=_ids(user, course.course_key),
        course_key=course.course_key,
        shelf__in=Shelf.objects.of(user),
        sent_at__gte=timezone.now() - RECENT,
    ).exclude(state=Submission.State.UNUSABLE)
    within = {
        name: Q(decided_at__lte=F("sent_at") + timedelta(days=days))
        for name, days in [("day", 1), ("three", 3), ("week", 7)]
    }
    counts = sent.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(decided_at__isnull=False)),
        **{name: Count("pk", filter=condition) for name, condition in within.items()},
    )
    steps = [
        (_("Within a day"), counts["day"]),
        (_("One to three days"), counts["three"] - counts["day"]),
        (_("Three to seven days"), counts["week"] - counts["three"]),
        (_("More than a week"), counts["answered"] - counts["week"]),
        (_("Still waiting"), counts["all"] - counts["answered"]),
    ]
    return Chart(
        "waiting",
        _("How long they wait for an answer"),
        _("Videos sent in during the last 90 days."),
        [_("Answered"), _("Videos")],
        [Row(label, [shown(number)], percent(number, counts["all"])) for label, number in steps]
        if counts["all"]
        else [],
    )


def pieces_chart(user: Any, course: CoursePage, lesson: LessonPage, learners: int) -> Chart:
    """How many opened and how many finished each piece of a lesson: one query."""
    rows_of = PieceProgress.objects.filter(learner__in=_ids(user, course.course_key), lesson_key=lesson.lesson_key)
    counts = {
        piece_id: (opened, done)
        for piece_id, opened, done in rows_of.values_list("piece_id").annotate(Count("pk"), Count("completed_at"))
    }
    rows = []
    for number, piece in enumerate(lesson.pieces, 1):
        known = [counts[block_id] for block_id in piece.block_ids if block_id in counts]
        opened, done = (sum(column) for column in zip(*known, strict=True)) if known else (0, 0)
        label = f"{number}. {piece_name(piece)}"
        rows.append(Row(label, [shown(opened), shown(done)], percent(done, learners)))
    return Chart(
        "pieces",
        _("From piece to piece"),
        _("The bar is the share of all who joined that finished the piece. Look for the first big step down."),
        [_("Piece"), _("Opened"), _("Finished")],
        rows,
    )


def retention_charts(user: Any, course: CoursePage, lesson: LessonPage) -> list[Chart]:
    """Which part of each video was watched by how many of those who pressed play: one query for all videos."""
    videos = {piece.id: (number, piece) for number, piece in enumerate(lesson.pieces, 1) if piece.kind == VIDEO}
    played = PieceProgress.objects.filter(
        learner__in=_ids(user, course.course_key), lesson_key=lesson.lesson_key, piece_id__in=videos, cells__gt=0
    )
    bits = {f"cell_{n}": Sum(F("cells").bitrightshift(n).bitand(1)) for n in range(CELLS)}
    lengths = {"people": Count("pk"), "length": Sum("duration_ms")}
    counts = {row["piece_id"]: row for row in played.values("piece_id").annotate(**lengths, **bits)}
    return [
        _retention(piece, number, counts[piece_id])
        for piece_id, (number, piece) in videos.items()
        if piece_id in counts
    ]


def _retention(piece: Piece, number: int, counts: dict[str, Any]) -> Chart:
    people = counts["people"]
    length_ms = counts["length"] / people
    rows = [
        Row(clock(length_ms * n / CELLS), [shown(counts[f"cell_{n}"])], percent(counts[f"cell_{n}"], people))
        for n in range(CELLS)
    ]
    return Chart(
        f"video-{number}",
        _("%(number)d. Video: who is still watching") % {"number": number},
        _("Of those who pressed play, the share that watched each moment. A steep fall is a moment to look at."),
        [_("Moment"), _("Watched it")],
        rows,
        is_curve=True,
    )


def questions_charts(user: Any, course: CoursePage, lesson: LessonPage) -> list[Chart]:
    """How hard each question is at the first try, and whether it tells learners apart: one query for all quizzes."""
    quizzes = {
        piece.id: (number, quiz_of(piece)) for number, piece in enumerate(lesson.pieces, 1) if piece.kind == QUIZ
    }
    earlier = QuizAttempt.objects.filter(
        learner=OuterRef("learner"), lesson_key=OuterRef("lesson_key"), piece_id=OuterRef("piece_id")
    ).filter(Q(made_at__lt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), pk__lt=OuterRef("pk")))
    attempts = QuizAttempt.objects.filter(
        learner__in=_ids(user, course.course_key), lesson_key=lesson.lesson_key, piece_id__in=quizzes
    )
    alike = attempts.filter(~Exists(earlier)).order_by().values_list("piece_id", "answers").annotate(Count("pk"))
    sheets: dict[uuid.UUID, list[tuple[list[bool], int]]] = {piece_id: [] for piece_id in quizzes}
    for piece_id, answers, people in alike:
        marked = mark(quizzes[piece_id][1], answers)
        sheets[piece_id].append(([item.is_right for item in marked], people))
    return [
        _questions(number, quiz, sheets[piece_id]) for piece_id, (number, quiz) in quizzes.items() if sheets[piece_id]
    ]


def _questions(number: int, quiz: Any, sheets: list[tuple[list[bool], int]]) -> Chart:
    rows = []
    for question, item in zip(quiz.questions, analysis.analyse(sheets, len(quiz.questions)), strict=True):
        right = round((item.difficulty or 0) * item.answers)
        cells = [shown(item.answers), shown(right), tells_apart(item.discrimination)]
        rows.append(Row(question.text, cells, percent(right, item.answers)))
    return Chart(
        f"quiz-{number}",
        _("%(number)d. “%(quiz)s”, question by question") % {"number": number, "quiz": quiz.title or _("Quiz")},
        _(
            "The bar is the share that was right at the first try. The last column says whether those who know the rest"
            " know this too; if it is the other way round, read the question again."
        ),
        [_("Question"), _("Answered"), _("Right"), _("Tells learners apart")],
        rows,
    )


def tells_apart(discrimination: float | None) -> str:
    """Say a discrimination in words with its figure."""
    if discrimination is None:
        return _("too few answers")
    if discrimination < 0:
        words = _("the other way round")
    elif discrimination < analysis.TELLS_LITTLE:
        words = _("hardly")
    else:
        words = _("well") if discrimination >= analysis.TELLS_APART else _("a little")
    return f"{words} ({discrimination:.2f})"
