"""Answering a quiz by a plain form, and reading what came of it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.drafts import draft_of, keep_draft
from courses.grading import Quiz, answer, mark, quiz_of
from courses.lesson import lesson_in, piece_in
from courses.models import LessonCompletion, QuizAttempt
from courses.pieces import QUIZ
from courses.questions.forms import QuizForm
from courses.questions.media import media_of
from courses.views.learn import after_piece, lesson_and_piece, piece_url
from courses.views.replays import did_it, refused, replayable


@require_http_methods(["GET", "HEAD", "POST"])
@replayable
def quiz(request: HttpRequest, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> HttpResponse:
    """Show one quiz alone, or take its answers; what she chose stays when something is missing."""
    lesson, piece = lesson_and_piece(request, lesson_key, piece_id, QUIZ)
    questions = quiz_of(piece)
    form = _form(request, questions, lesson.locale.language_code, shown=True)
    if request.method == "POST" and form.is_valid():
        attempt = answer(
            learner=request.user,
            lesson=lesson,
            quiz=questions,
            answers=form.answers(),
            client_id=form.cleaned_data["client_id"],
        )
        return redirect("courses:attempt", attempt.pk)
    context = {
        "lesson": lesson,
        "course": lesson.course,
        "piece_url": piece_url(lesson, piece),
        "quiz": questions,
        "form": form,
    }
    return render(request, "courses/quiz.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, quiz: Quiz, language: str, *, shown: bool) -> QuizForm:
    media = media_of(quiz.questions, language=get_language() or "en") if shown else None
    return QuizForm(quiz.questions, request.POST or None, prefix=quiz.id, language=language, media=media)


@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: HttpRequest, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> HttpResponse:
    """Keep what she has chosen so far, or give it back to another device of hers.

    POST takes the form as it is and ``written``, the milliseconds since 1970 when she chose it; sent again, late
    or in another order it changes nothing. GET answers 204 when nothing is kept.
    """
    if not did_it(request):
        return refused()
    lesson, piece = lesson_and_piece(request, lesson_key, piece_id, QUIZ)
    if request.method == "GET":
        kept = draft_of(request.user, lesson, piece)
        return JsonResponse(kept) if kept else HttpResponse(status=204)
    form = _form(request, quiz_of(piece), lesson.locale.language_code, shown=False)
    try:
        client_id, written_ms = uuid.UUID(request.POST["client_id"]), int(request.POST["written"])
    except (KeyError, ValueError):
        return JsonResponse({"error": "shape"}, status=400)
    keep_draft(
        learner=request.user,
        lesson=lesson,
        piece=piece,
        client_id=client_id,
        fields=form.kept_fields(request.POST),
        written_ms=written_ms,
    )
    return HttpResponse(status=204)


@require_safe
@never_cache
@login_required
def attempt(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Show one attempt of her own, with what is said about each answer."""
    taken = get_object_or_404(QuizAttempt.objects.owned_by(request.user), pk=attempt_id)
    lesson = lesson_in(get_language(), taken.lesson_key)
    piece = piece_in(lesson, taken.piece_id, QUIZ) if lesson else None
    questions = quiz_of(piece) if piece else None
    finished = LessonCompletion.objects.filter(learner=request.user, lesson_key=taken.lesson_key).exists()
    context = {
        "attempt": taken,
        "lesson": lesson,
        "course": lesson.course if lesson else None,
        "quiz": questions,
        "marked": mark(questions, taken.answers) if questions else [],
        "next_url": after_piece(lesson, piece) if lesson and piece else "",
        "lesson_done": finished,
    }
    return render(request, "courses/attempt.html", context)
