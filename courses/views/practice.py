"""Practising: one short exercise at a time."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Drill, PracticeAnswer, PracticeCard
from courses.practice import ROUND, answer_drill, board_of, drill_in
from courses.questions.forms import QuizForm
from courses.questions.marking import Marked
from courses.questions.media import media_of


@require_safe
@never_cache
@login_required
def practise(request: HttpRequest) -> HttpResponse:
    """Show the drill that comes next, or when one comes back."""
    language = get_language() or "en"
    board = board_of(request.user, language)
    form = _form(request, board.drill, language) if board.drill else None
    context = {"board": board, "drill": board.drill, "form": form, "round": ROUND}
    return render(request, "courses/practise.html", context)


@require_http_methods(["POST"])
@login_required
def answer(request: HttpRequest, drill_key: uuid.UUID) -> HttpResponse:
    """Take an answer; what she wrote stays when something is missing."""
    language = get_language() or "en"
    drill = drill_in(request.user, language, drill_key)
    if drill is None:
        raise Http404
    form = _form(request, drill, language)
    if not form.is_valid():
        context = {"board": None, "drill": drill, "form": form, "round": ROUND}
        return render(request, "courses/practise.html", context, status=422)
    (given,) = form.answers().values()
    client_id = form.cleaned_data["client_id"]
    kept = answer_drill(learner=request.user, drill=drill, answer=given, client_id=client_id)
    return redirect("courses:practised", kept.pk)


@require_safe
@never_cache
@login_required
def practised(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponse:
    """Show what is said about one answer of her own, and when the drill comes back."""
    language = get_language() or "en"
    kept = get_object_or_404(PracticeAnswer.objects.owned_by(request.user), pk=answer_id)
    drill = drill_in(request.user, language, kept.drill_key)
    card = PracticeCard.objects.owned_by(request.user).filter(drill_key=kept.drill_key).first()
    context = {
        "answer": kept,
        "item": Marked(drill.asked, tuple(kept.answer)) if drill else None,
        "card": card,
        "board": board_of(request.user, language),
        "round": ROUND,
    }
    return render(request, "courses/practised.html", context)


def _form(request: HttpRequest, drill: Drill, language: str) -> QuizForm:
    questions = (drill.asked,)
    media = media_of(questions, language=language)
    return QuizForm(questions, request.POST or None, prefix=drill.drill_key, language=language, media=media)
