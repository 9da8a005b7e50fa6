"""Her own page, joining a course, going on, and what she does inside a lesson."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from courses import heartbeats, progress
from courses.access import may_watch
from courses.cohorts import join_cohort, open_cohorts
from courses.dashboard import dashboard_of
from courses.days import today_of
from courses.enrolment import enrol
from courses.graduation import graduate_if_due
from courses.lesson import lesson_in, piece_in
from courses.models import CoursePage, LessonPage
from courses.pieces import READING, Piece
from courses.place import course_in, place_to_continue
from courses.spare_time import minutes_asked
from courses.views.replays import did_it, refused, replayable


@require_safe
@never_cache
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show her courses, what waits for her, and what fits into the ``minutes`` she has."""
    minutes = minutes_asked(request.GET.get("minutes"))
    board = dashboard_of(request.user, get_language() or "en", minutes=minutes)
    return render(request, "courses/dashboard.html", {"board": board})


def _course_or_404(request: HttpRequest, course_key: uuid.UUID) -> CoursePage:
    course = course_in(request.POST.get("language") or get_language(), course_key)
    if course is None:
        raise Http404
    return course


@require_POST
@login_required
def join(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """Join a course and go to its first piece."""
    course = _course_or_404(request, course_key)
    if chosen := request.POST.get("cohort"):
        offered = {str(one.pk): one for one in open_cohorts(course_key, today_of(request.user))}
        if chosen not in offered:
            raise Http404
        join_cohort(learner=request.user, cohort=offered[chosen], course=course)
    else:
        enrol(learner=request.user, course=course)
    messages.success(request, _("You have joined “%(course)s”. Begin whenever you like.") % {"course": course.title})
    place = place_to_continue(request.user, course)
    return redirect(place.url if place else course.url)


@require_GET
@never_cache
@login_required
def go_on(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """Lead to the exact place where she left; when nothing is left, see whether she has finished the course.

    The last lesson she lacked may have been taken down, and then no lesson of hers ends the course.
    """
    course = _course_or_404(request, course_key)
    place = place_to_continue(request.user, course)
    if place is None:
        graduate_if_due(learner=request.user, course_key=course_key)
    return redirect(place.url if place else course.url)


@require_safe
@never_cache
def lesson(request: HttpRequest, lesson_key: uuid.UUID) -> HttpResponse:
    """Lead to a lesson in the language of the reader, or in another when it has not been translated."""
    found = lesson_in(get_language(), lesson_key)
    if found is None:
        raise Http404
    return redirect(found.url)


@require_POST
def heartbeat(request: HttpRequest) -> JsonResponse:
    """Take what the player reports, any number of times: ``events`` is a JSON list. Writes once.

    Answers the ids that need not be sent again, and how far she now is in each piece.
    """
    return _reported(request, progress.record)


@require_POST
def passing_heartbeat(request: HttpRequest) -> JsonResponse:
    """Do what ``heartbeat`` does, but for the short way: answers 202 when something would be finished.

    What a finished lesson sets off needs her language and her zone, which only the whole way knows.
    """
    return _reported(request, progress.note)


def _reported(request: HttpRequest, write: Callable[..., list[progress.Standing] | None]) -> JsonResponse:
    if not did_it(request):
        return refused()
    now = timezone.now()
    try:
        events, answered = heartbeats.read_events(request.user, request.POST.get("events", ""), now)
    except heartbeats.BadReport:
        return JsonResponse({"error": "shape"}, status=400)
    standings = write(learner=request.user, reports=heartbeats.reports_of(events))
    if standings is None:
        return JsonResponse({}, status=HTTPStatus.ACCEPTED)
    pieces = {str(s.piece_id): {"percent": s.percent, "done": s.done} for s in standings}
    return JsonResponse(
        {"kept": answered, "pieces": pieces, "lesson_done": any(standing.lesson_done for standing in standings)}
    )


def lesson_and_piece(
    request: HttpRequest, lesson_key: uuid.UUID, piece_id: uuid.UUID, kind: str
) -> tuple[LessonPage, Piece]:
    """Return a piece she may work on. Raises Http404, and PermissionDenied when she has not joined."""
    lesson = lesson_in(request.POST.get("language") or request.GET.get("language") or get_language(), lesson_key)
    piece = piece_in(lesson, piece_id, kind) if lesson else None
    if lesson is None or piece is None:
        raise Http404
    if not may_watch(request.user, lesson):
        raise PermissionDenied
    return lesson, piece


@require_POST
@replayable
def done(request: HttpRequest, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> HttpResponse:
    """Take her word that she has read a piece, and lead to the next."""
    lesson, piece = lesson_and_piece(request, lesson_key, piece_id, READING)
    standing = progress.finish_piece(
        learner=request.user,
        course_key=lesson.course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=piece.id,
    )
    if standing.lesson_done:
        tell_lesson_done(request, lesson)
    return redirect(after_piece(lesson, piece))


def after_piece(lesson: LessonPage, piece: Piece) -> str:
    """Return the address of the piece after ``piece``, or of the end of the lesson."""
    following = next((p for p in lesson.pieces if p.start >= piece.stop), None)
    return piece_url(lesson, following) if following else f"{lesson.url}#end"


def piece_url(lesson: LessonPage, piece: Piece) -> str:
    """Return the address of a piece on the page of its lesson."""
    return f"{lesson.url}#piece-{piece.id}"


def tell_lesson_done(request: HttpRequest, lesson: LessonPage) -> None:
    """Say that a lesson is finished, where she lands next."""
    messages.success(request, _("You have finished “%(lesson)s”.") % {"lesson": lesson.title})
