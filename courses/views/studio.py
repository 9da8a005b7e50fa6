"""Sending in a video, following it, and reading what the instructor says."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses import answers
from courses.access import is_enrolled
from courses.forms import ConsentForm, SubmitForm
from courses.lesson import due_in, lesson_in
from courses.models import Notice, Post, Submission
from courses.notices import mark_read
from courses.peers import said_url
from courses.pieces import ASSIGNMENT
from courses.sharing import SharingRefused, group_of
from courses.shot_advice import told_about
from courses.submissions import UNUSABLE, SubmissionRefused, assignment_of, submit
from courses.views.learn import lesson_and_piece, piece_url
from courses.waiting import wait_of
from media_pipeline.models import Asset
from media_pipeline.models.assets import Purpose
from media_pipeline.playback import player_for

A_PAGE = 12


def unused_videos(user: Any) -> QuerySet[Asset]:
    """Return the videos she uploaded and has not sent in, the newest first."""
    return (
        Asset.objects.owned_by(user)
        .filter(purpose=Purpose.SUBMISSION, submission=None)
        .exclude(state__in=UNUSABLE)
        .order_by("-created_at")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def send(request: HttpRequest, lesson_key: uuid.UUID, piece_id: uuid.UUID) -> HttpResponse:
    """Show the brief, the upload and the checklist; take the video when it has arrived."""
    lesson, piece = lesson_and_piece(request, lesson_key, piece_id, ASSIGNMENT)
    if not is_enrolled(request.user, lesson):
        messages.info(request, _("Join the course first. It costs nothing."))
        return redirect(lesson.course.url)
    tries = Submission.objects.owned_by(request.user).filter(lesson_key=lesson.lesson_key, piece_id=piece.id)
    latest = tries.order_by("-number").first()
    form = SubmitForm(assignment_of(piece), request.POST or None, initial={"language": lesson.locale.language_code})
    consent = ConsentForm(group_of(request.user, lesson.course.course_key), request.POST or None)
    if request.method == "POST" and all([form.is_valid(), consent.is_valid()]):
        asset = Asset.objects.owned_by(request.user).filter(pk=form.cleaned_data["asset"]).first()
        try:
            sent = submit(
                learner=request.user,
                lesson=lesson,
                piece_id=piece.id,
                asset=asset,
                note=form.cleaned_data["note"],
                consent=consent.consent(),
            )
        except (SubmissionRefused, SharingRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sent. We will tell you when your instructor has watched it."))
            return redirect("courses:feedback", sent.pk)
    return _send_page(request, lesson, piece, {"form": form, "consent": consent, "latest": latest})


def _send_page(request: HttpRequest, lesson: Any, piece: Any, shown: dict[str, Any]) -> HttpResponse:
    form = shown["form"]
    chosen = form["asset"].value()
    videos, latest = unused_videos(request.user), shown["latest"]
    arrived = (videos.filter(pk=chosen).first() if chosen and not form["asset"].errors else None) or videos.first()
    example_id = assignment_of(piece).example_id
    example = Asset.objects.with_captions().filter(pk=example_id).first() if example_id else None
    context = shown | {
        "lesson": lesson,
        "course": lesson.course,
        "piece_url": piece_url(lesson, piece),
        "assignment": assignment_of(piece),
        "due": due_in(lesson, request.user),
        "draft": _draft_of(lesson.lesson_key, piece.id, latest.number + 1 if latest else 1),
        "arrived": arrived,
        "told": told_about(arrived, lesson=lesson, piece_id=piece.id, to=request.user) if arrived else [],
        "example": player_for(example, language=get_language() or "en") if example else None,
    }
    return render(
        request, "courses/submit.html", context, status=422 if form.errors or shown["consent"].errors else 200
    )


def _draft_of(lesson_key: uuid.UUID, piece_id: uuid.UUID, number: int) -> str:
    """Return the name under which a phone keeps what she writes to a try, until she has sent it."""
    return f"send:{lesson_key}:{piece_id}:{number}"


@require_safe
@never_cache
@login_required
def studio(request: HttpRequest) -> HttpResponse:
    """List her videos: what she sent in, and what has arrived but is not sent."""
    mine = Submission.objects.owned_by(request.user).select_related("asset").order_by("-sent_at")
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "unsent": list(unused_videos(request.user)[:5]) if page.number == 1 else []}
    return render(request, "courses/studio.html", context)


@require_safe
@never_cache
@login_required
def feedback(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Show one of her videos with the answer beside it; from now on it is no news any more."""
    mine = Submission.objects.owned_by(request.user).select_related("asset", "rubric", "cohort")
    submission = get_object_or_404(mine, pk=submission_id)
    if not submission.is_open and submission.seen_at is None:
        Submission.objects.filter(pk=submission.pk).update(seen_at=timezone.now())
        mark_read(notices=Notice.objects.filter(event=f"answer:{submission.pk}"), by=request.user)
    if request.user.notices_unread:
        mark_read(notices=Notice.objects.filter(url=said_url(submission)), by=request.user)
    review = submission.decided_review
    if review:
        review.submission = submission
    tries = Submission.objects.owned_by(request.user).filter(
        lesson_key=submission.lesson_key, piece_id=submission.piece_id
    )
    tries = list(tries.order_by("number"))
    lesson = lesson_in(get_language(), submission.lesson_key)
    context = {
        "submission": submission,
        "draft": _draft_of(submission.lesson_key, submission.piece_id, submission.number),
        "review": review,
        "recording": review.recording if review else None,
        "recorded": answers.player_of(review),
        "wait": wait_of(submission) if submission.is_open and submission.asset.is_playable else None,
        "group_said": list(said_about(submission, request.user)),
        "tries": tries,
        "lesson": lesson,
        "told": told_about(submission.asset, lesson=lesson, piece_id=submission.piece_id, to=request.user),
        "can_try_again": tries[-1] == submission and submission.state in ("again", "unusable"),
        "player": player_for(
            submission.asset,
            language=get_language() or "en",
            start_ms=start_of(request),
            downloads=True,
            early=True,
        ),
    }
    return render(request, "courses/feedback.html", context)


def said_about(submission: Submission, reader: Any) -> QuerySet[Post]:
    """Return what her group says about a video of hers, without whom and what she does not want to see."""
    said = Post.objects.visible_to(reader).filter(video=submission, state=Post.State.SHOWN)
    return said.select_related("writer").order_by("written_at", "pk")


def start_of(request: HttpRequest) -> int:
    """Return the moment in ``?t=`` (seconds) in milliseconds; it works without a script."""
    try:
        return max(0, int(float(request.GET.get("t", "0")) * 1000))
    except (ValueError, OverflowError):
        return 0
