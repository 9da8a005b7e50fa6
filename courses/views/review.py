"""The instructor's queue and her desk."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import review
from courses.forms import ReviewForm
from courses.models import Review, Shelf, Submission
from courses.views.studio import start_of
from media_pipeline.playback import player_for

A_PAGE = 20


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits on her shelves, the oldest first."""
    if not Shelf.objects.of(request.user).exists():
        raise Http404
    mine = Submission.objects.reviewable_by(request.user)
    waiting = mine.waiting().select_related("asset", "learner", "reviewer")
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    arriving = mine.filter(state=Submission.State.SENT).count() - page.paginator.count
    context = {"page_obj": page, "arriving": arriving, "now": timezone.now()}
    return render(request, "courses/queue.html", context)


@require_POST
@login_required
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the oldest that nobody holds."""
    submission = review.take_next(by=request.user)
    if submission is None:
        messages.info(request, _("Nothing waits for you now."))
        return redirect("courses:queue")
    return redirect("courses:review", submission.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def desk(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Watch, note, score, decide; every button saves everything."""
    theirs = Submission.objects.reviewable_by(request.user).select_related("asset", "learner", "rubric", "reviewer")
    submission = get_object_or_404(theirs, pk=submission_id)
    if request.method == "POST":
        return _act(request, submission)
    draft = Review.objects.filter(submission=submission, reviewer=request.user).first()
    return _desk_page(request, submission, draft, _form_of(submission, draft))


def _form_of(submission: Submission, draft: Review | None) -> ReviewForm:
    initial: dict[str, Any] = {"summary": draft.summary if draft else ""}
    if draft:
        initial |= {f"score-{key}": points for key, points in draft.scores.items()}
    return ReviewForm(submission.rubric, initial=initial)


def _desk_page(
    request: HttpRequest, submission: Submission, draft: Review | None, form: ReviewForm, status: int = 200
) -> HttpResponse:
    decided = submission.decided_review
    shown = decided or draft
    if shown:
        shown.submission = submission
    earlier = Submission.objects.filter(
        learner=submission.learner, lesson_key=submission.lesson_key, piece_id=submission.piece_id
    ).exclude(pk=submission.pk)
    context = {
        "submission": submission,
        "review": shown,
        "notes": list(shown.notes.all()) if shown else [],
        "form": form,
        "is_mine": submission.is_held_by(request.user),
        "is_free": submission.is_open and (submission.lease_is_over or submission.reviewer_id == request.user.pk),
        "earlier": list(earlier.order_by("number")),
        "player": player_for(submission.asset, language=get_language() or "en", start_ms=start_of(request)),
    }
    return render(request, "courses/review.html", context, status=status)


def _act(request: HttpRequest, submission: Submission) -> HttpResponse:
    action = request.POST.get("action", "save")
    quiet = request.headers.get("X-Requested-With") == "fetch"
    form = ReviewForm(submission.rubric, request.POST)
    try:
        if not form.is_valid():
            return _refused(request, submission, form, "", quiet, status=422)
        leave = _do(request, submission, form, action)
    except review.ReviewRefused as refusal:
        submission.refresh_from_db()
        return _refused(request, submission, form, str(refusal), quiet, status=409)
    if quiet:
        return JsonResponse({"saved": True})
    if leave:
        return redirect("courses:queue")
    at_ms = form.cleaned_data["note_at"] if action == "note" else None
    moment = f"?t={at_ms / 1000:g}#notes" if at_ms else ""  # the video goes on where she stopped it
    return redirect(reverse("courses:review", args=[submission.pk]) + moment)


def _refused(
    request: HttpRequest, submission: Submission, form: ReviewForm, text: str, quiet: bool, status: int
) -> HttpResponse:
    """Say why not, and keep every word she typed on the page."""
    if quiet:
        return JsonResponse({"saved": False, "message": text}, status=status)
    if text:
        form.is_valid()
        form.add_error(None, text)
    draft = Review.objects.filter(submission=submission, reviewer=request.user).first()
    return _desk_page(request, submission, draft, form, status=status)


def _do(request: HttpRequest, submission: Submission, form: ReviewForm, action: str) -> bool:
    """Do what the button says; say whether she is done with this video."""
    user = request.user
    if action == "take":
        review.take(submission=submission, by=user)
        return False
    if action in (Review.Decision.PASS, Review.Decision.AGAIN):
        _save_note(submission, user, form)
        review.decide(
            submission=submission,
            by=user,
            decision=action,
            scores=form.scores(),
            summary=form.cleaned_data["summary"],
        )
        messages.success(request, _("Sent to %(learner)s.") % {"learner": submission.learner})
        return True
    review.save_draft(submission=submission, by=user, scores=form.scores(), summary=form.cleaned_data["summary"])
    if action == "save" and request.headers.get("X-Requested-With") == "fetch":
        return False  # a note that is still being typed is not a note yet
    _save_note(submission, user, form)
    if action.startswith("remove:"):
        review.remove_note(submission=submission, by=user, note_id=action.removeprefix("remove:"))
    if action == "release":
        review.release(submission=submission, by=user)
        messages.info(request, _("Put back. Your draft is kept."))
        return True
    return False


def _save_note(submission: Submission, user: Any, form: ReviewForm) -> None:
    text, at_ms = form.cleaned_data["note_text"], form.cleaned_data["note_at"]
    if text:
        review.add_note(submission=submission, by=user, at_ms=at_ms or 0, text=text)
