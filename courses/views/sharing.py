"""Who may see her video, and what the others of her group show her."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import peers
from courses.forms import ConsentForm, PeerForm
from courses.models import Enrolment, Notice, Post, Submission
from courses.notices import mark_read
from courses.sharing import SharingRefused, give_consent, group_of, withdraw
from courses.talk import TalkRefused
from courses.views.replays import replayable
from courses.views.talk import uuid_or_404
from media_pipeline.playback import player_for

A_PAGE = 12


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def consent(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Let her say who may see one of her videos, and which children appear in it."""
    submission = get_object_or_404(Submission.objects.owned_by(request.user), pk=submission_id)
    group = group_of(request.user, submission.course_key)
    form = ConsentForm(group, request.POST or None, initial=ConsentForm.initial_of(submission))
    if request.method == "POST" and form.is_valid():
        try:
            give_consent(submission=submission, consent=form.consent(), by=request.user)
        except SharingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("courses:feedback", submission.pk)
    context = {"submission": submission, "form": form}
    return render(request, "courses/consent.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def ask(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Ask her group what it thinks of a video, take that back, or thank somebody for an answer."""
    submission = get_object_or_404(Submission.objects.owned_by(request.user), pk=submission_id)
    if thanked := request.POST.get("thank"):
        answers = Post.objects.visible_to(request.user).filter(video=submission, state=Post.State.SHOWN)
        peers.thank(post=get_object_or_404(answers, pk=uuid_or_404(thanked)), by=request.user)
        messages.success(request, _("She will know that it helped."))
    elif request.POST.get("action") == "withdraw":
        withdraw(submission=submission, by=request.user)
        messages.success(request, _("Your group does not see this video any more."))
    else:
        try:
            peers.ask(submission=submission, by=request.user)
        except TalkRefused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Your group is asked. You read here what they say."))
    return redirect(peers.said_url(submission))


@require_safe
@never_cache
@login_required
def group(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """List the videos that the others of her group show each other, the newest first, and what she said about some."""
    joined = Enrolment.objects.owned_by(request.user).filter(course_key=course_key)
    enrolment = get_object_or_404(joined.select_related("cohort"))
    shared = Submission.objects.shared_with(request.user).filter(course_key=course_key)
    shared = shared.select_related("asset", "learner").order_by("-sent_at", "pk")
    said = Post.objects.filter(writer=request.user, course_key=course_key, video__isnull=False)
    said = said.exclude(state=Post.State.TAKEN_BACK).select_related("video").order_by("-written_at")
    context = {
        "enrolment": enrolment,
        "page_obj": Paginator(shared, A_PAGE).get_page(request.GET.get("page")),
        "said": list(said),
    }
    _mark_read(request, reverse("courses:group_videos", args=[course_key]))
    return render(request, "courses/group_videos.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@replayable
def video(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Show a video that somebody of her group shows, and take what she says; for others there is no such page."""
    shared = Submission.objects.shared_with(request.user).select_related("asset", "learner")
    submission = get_object_or_404(shared, pk=submission_id)
    form = PeerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            peers.answer(submission=submission, by=request.user, **form.cleaned_data)
        except TalkRefused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Sent to %(learner)s. Thank you.") % {"learner": submission.learner})
            return redirect("courses:group_video", submission.pk)
    _mark_read(request, request.path)
    player = player_for(submission.asset, language=get_language() or "en", revocable=True)
    said = Post.objects.filter(video=submission, writer=request.user).exclude(state=Post.State.TAKEN_BACK)
    context = {
        "submission": submission,
        "player": replace(player, title=submission.title),  # phones put dates and places into the name of a file
        "form": form,
        "said": said.first(),
    }
    return render(request, "courses/group_video.html", context, status=422 if form.errors else 200)


def _mark_read(request: HttpRequest, path: str) -> None:
    """Take as read what led her to ``path``."""
    if request.user.notices_unread:
        mark_read(notices=Notice.objects.filter(url__startswith=path), by=request.user)
