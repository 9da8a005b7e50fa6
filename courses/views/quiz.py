"""Answering a quiz by a plain form, and reading what came of it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import QuizForm
from courses.grading import answer, mark, quiz_of
from courses.lesson import lesson_in, piece_in
from courses.models import LessonCompletion, QuizAttempt
from courses.pieces import QUIZ
from courses.views.learn import after_piece, lesson_and_piece


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz(request: HttpRequest, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> HttpResponse:
    """Show one quiz alone, or take its answers; what she chose stays when something is missing."""
    lesson, piece = lesson_and_piece(request, lesson_key, piece_id, QUIZ)
    questions = quiz_of(piece)
    form = QuizForm(questions, request.POST or None, language=lesson.locale.language_code)
    if request.method == "POST" and form.is_valid():
        attempt = answer(
            learner=request.user,
            lesson=lesson,
            quiz=questions,
            answers=form.answers(),
            client_id=form.cleaned_data["client_id"],
        )
        return redirect("courses:attempt", attempt.pk)
    context = {"lesson": lesson, "course": lesson.course, "quiz": questions, "form": form, "piece": piece}
    return render(request, "courses/quiz.html", context, status=422 if form.errors else 200)


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
