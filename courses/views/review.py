"""The instructor's queue and her desk."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import answers, review
from courses.forms import ReviewForm
from courses.lesson import lesson_in
from courses.models import Phrase, Review, SecondOpinion, Shelf, Submission
from courses.queue import QueueForm, waiting_for
from courses.shot_advice import told_about
from courses.views.studio import start_of
from media_pipeline.playback import player_for

A_PAGE = 20
ONE_BY_ONE = "one-by-one"  # in the address of a video that she took as the oldest: her decision leads to the next


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits on her shelves, the oldest first."""
    if not Shelf.objects.of(request.user).exists():
        raise Http404
    waiting, form = waiting_for(request.user), QueueForm(request.GET)
    total = form.offer(waiting)
    shown = form.narrow(waiting).select_related("asset", "learner", "reviewer")
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    opinions = SecondOpinion.objects.to_look_at(request.user)
    context = {
        "page_obj": page,
        "form": form,
        "total": total,
        "arriving": Submission.objects.reviewable_by(request.user).arriving().count(),
        "chosen": list(review.chosen_by(request.user)),
        "opinions": list(opinions.select_related("submission__learner", "asker", "colleague")[:A_PAGE]),
    }
    return render(request, "courses/queue.html", context)


@require_POST
@login_required
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the oldest of what she has chosen that nobody holds."""
    return _lead_on(request, QueueForm(request.POST))


def _lead_on(request: HttpRequest, form: QueueForm) -> HttpResponse:
    """Give her the oldest of what she has chosen; its page leads on to the next one in the same way."""
    submission = review.take_next(by=request.user, among=form.narrow(waiting_for(request.user)))
    if submission is None:
        messages.info(request, _("Nothing waits for you now."))
        return redirect(_queue_url(form))
    return redirect(_address("courses:review", submission.pk, query=f"{ONE_BY_ONE}=1&{form.query}"))


def _queue_url(form: QueueForm) -> str:
    """Return the address of the queue as she has narrowed it down."""
    return _address("courses:queue", query=form.query)


def _way_of(request: HttpRequest) -> str:
    """Return how she came to a video, for an address: out of which choice, and whether one after another."""
    return (f"{ONE_BY_ONE}=1&" if ONE_BY_ONE in request.GET else "") + QueueForm(request.GET).query


def desk_url(request: HttpRequest, submission: Submission, *, moment: str = "") -> str:
    """Return the address of her desk as she came to it, perhaps at a moment of the video."""
    return _address("courses:review", submission.pk, query=_way_of(request) + moment)


def _address(page: str, *args: Any, query: str) -> str:
    """Return the address of ``page``; ``query`` may be empty or end in ``&``."""
    return f"{reverse(page, args=args)}?{query}".rstrip("?&")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def desk(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Watch, note, score, decide; every button saves everything."""
    theirs = Submission.objects.reviewable_by(request.user).select_related("asset", "learner", "rubric", "reviewer")
    submission = get_object_or_404(theirs, pk=submission_id)
    if request.method == "POST":
        return _act(request, submission)
    return _desk_page(request, submission, _draft(request, submission), None)


def _draft(request: HttpRequest, submission: Submission) -> Review | None:
    """Return what she has so far, with what she recorded."""
    mine = Review.objects.filter(submission=submission, reviewer=request.user)
    return mine.select_related("recording").first()


def _form_of(submission: Submission, draft: Review | None) -> ReviewForm:
    initial: dict[str, Any] = {"summary": draft.summary if draft else ""}
    if draft:
        initial |= {f"score-{key}": points for key, points in draft.scores.items()}
    return ReviewForm(submission.rubric, initial=initial)


def _desk_page(
    request: HttpRequest, submission: Submission, draft: Review | None, form: ReviewForm | None, status: int = 200
) -> HttpResponse:
    form = form or _form_of(submission, draft)
    decided = submission.decided_review
    shown = decided or draft
    if shown:
        shown.submission = submission
    earlier = (
        Submission.objects.reviewable_by(request.user)
        .filter(learner=submission.learner, lesson_key=submission.lesson_key, piece_id=submission.piece_id)
        .exclude(pk=submission.pk)
    )
    lesson = lesson_in(get_language(), submission.lesson_key)
    queue_form = QueueForm(request.GET)
    context = {
        "submission": submission,
        "told": told_about(submission.asset, lesson=lesson, piece_id=submission.piece_id, to=request.user),
        "review": shown,
        "recording": shown.recording if shown else None,
        "recorded": answers.player_of(shown),
        "notes": list(shown.notes.all()) if shown else [],
        "phrases": list(request.user.phrases.all()),
        "opinions": list(_opinions(request, submission)),
        "form": form,
        "is_mine": submission.is_held_by(request.user) and not (draft and draft.chosen),
        "chosen": draft if draft and draft.chosen else None,
        "is_free": submission.is_open and (submission.lease_is_over or submission.reviewer_id == request.user.pk),
        "earlier": list(earlier.order_by("number")),
        "queue_form": queue_form,
        "queue_url": _queue_url(queue_form),
        "way": _way_of(request),
        "just_now": list(_just_now(request, submission)),
        "player": player_for(submission.asset, language=get_language() or "en", start_ms=start_of(request)),
    }
    response = render(request, "courses/review.html", context, status=status)
    response.may_film = context["is_mine"]  # the one page where somebody records
    return response


def _just_now(request: HttpRequest, submission: Submission) -> QuerySet[Review]:
    """Return the answer that led her to this video and can still be taken back."""
    answers_before = review.chosen_by(request.user).exclude(submission=submission)
    return answers_before[:1] if ONE_BY_ONE in request.GET else answers_before.none()


def _opinions(request: HttpRequest, submission: Submission) -> QuerySet[SecondOpinion]:
    """Return what she has asked colleagues about a video, and what she was asked."""
    mine = SecondOpinion.objects.visible_to(request.user).filter(submission=submission)
    return mine.select_related("asker", "colleague")


def _act(request: HttpRequest, submission: Submission) -> HttpResponse:
    action = request.POST.get("action", "save")
    quiet = request.headers.get("X-Requested-With") == "fetch"
    form = ReviewForm(submission.rubric, _with_phrase(request, action))
    try:
        if not form.is_valid():
            return _refused(request, submission, form, "", quiet, status=422)
        leave = _do(request, submission, form, action)
    except review.ReviewRefused as refusal:
        submission.refresh_from_db()
        return _refused(request, submission, form, str(refusal), quiet, status=409)
    if quiet:
        return JsonResponse({"saved": True})
    if action.startswith("use:"):
        return _desk_page(request, submission, _draft(request, submission), form)
    if leave and action in Review.Decision and ONE_BY_ONE in request.GET:
        return _lead_on(request, QueueForm(request.GET))
    if leave:
        return redirect(_queue_url(QueueForm(request.GET)))
    if action == "ask":
        return redirect(_address("courses:ask_colleague", submission.pk, query=_way_of(request)))
    at_ms = form.cleaned_data["note_at"] if action == "note" else None
    moment = f"t={at_ms / 1000:g}#notes" if at_ms else ""  # the video goes on where she stopped it
    return redirect(desk_url(request, submission, moment=moment))


def _with_phrase(request: HttpRequest, action: str) -> QueryDict:
    """Return what she wrote, with the saved comment that she chose put behind the note; the script needs no page."""
    data = request.POST.copy()
    if action.startswith("use:"):
        phrase = request.user.phrases.filter(pk=_id_in(action)).first()
        data["note_text"] = " ".join(filter(None, [data.get("note_text", "").strip(), str(phrase or "")]))
    return data


def _id_in(action: str) -> uuid.UUID:
    """Return what an action is about, as in ``remove:<id>``. Raises Http404 for no id."""
    try:
        return uuid.UUID(action.partition(":")[2])
    except ValueError as error:
        raise Http404 from error


def _refused(
    request: HttpRequest, submission: Submission, form: ReviewForm, text: str, quiet: bool, status: int
) -> HttpResponse:
    """Say why not, and keep every word she typed on the page."""
    if quiet:
        return JsonResponse({"saved": False, "message": text}, status=status)
    if text:
        form.is_valid()
        form.add_error(None, text)
    return _desk_page(request, submission, _draft(request, submission), form, status=status)


def _do(request: HttpRequest, submission: Submission, form: ReviewForm, action: str) -> bool:
    """Do what the button says; say whether she is done with this video."""
    user = request.user
    if action == "take":
        review.take(submission=submission, by=user)
        return False
    if action in (Review.Decision.PASS, Review.Decision.AGAIN):
        _save_note(submission, user, form)
        chosen = review.choose(
            submission=submission,
            by=user,
            decision=action,
            scores=form.scores(),
            summary=form.cleaned_data["summary"],
        )
        if not chosen.chosen:
            messages.success(request, _("Sent to %(learner)s.") % {"learner": submission.learner})
        return True
    if action == "undo":
        review.undo(submission=submission, by=user)
        messages.info(request, _("Taken back. What you wrote is your draft again."))
        return False
    review.save_draft(submission=submission, by=user, scores=form.scores(), summary=form.cleaned_data["summary"])
    is_typing = action.startswith("use:") or (action == "save" and request.headers.get("X-Requested-With") == "fetch")
    if is_typing:
        return False  # a note that is still being typed is not a note yet
    _save_note(submission, user, form)
    if action.startswith("remove:"):
        review.remove_note(submission=submission, by=user, note_id=_id_in(action))
    if action == "unrecord":
        answers.forget(submission=submission, by=user)
    if action.startswith("forget:"):
        user.phrases.filter(pk=_id_in(action)).delete()
    if action == "release":
        review.release(submission=submission, by=user)
        messages.info(request, _("Put back. Your draft is kept."))
        return True
    return False


def _save_note(submission: Submission, user: Any, form: ReviewForm) -> None:
    text, at_ms = form.cleaned_data["note_text"], form.cleaned_data["note_at"]
    if text:
        review.add_note(submission=submission, by=user, at_ms=at_ms or 0, text=text)
        if form.cleaned_data["keep_words"]:
            Phrase.objects.get_or_create(instructor=user, text=" ".join(text.split()))
