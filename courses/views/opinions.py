"""A second opinion: asking a colleague from the desk, and the colleague's page."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses import opinions
from courses.forms import AskForm, OpinionForm
from courses.models import SecondOpinion, Submission
from courses.review import ReviewRefused
from courses.views.review import desk_url
from courses.views.studio import start_of
from media_pipeline.playback import player_for


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ask(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Choose a colleague and write to her; the draft on the desk is saved by the button that led here."""
    theirs = Submission.objects.reviewable_by(request.user).select_related("learner")
    submission = get_object_or_404(theirs, pk=submission_id)
    form = AskForm(opinions.colleagues_for(submission, request.user), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = opinions.ask(submission=submission, by=request.user, **form.cleaned_data)
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(colleague)s is asked.") % {"colleague": asked.colleague})
            return redirect(desk_url(request, submission))
    context = {"submission": submission, "form": form, "desk_url": desk_url(request, submission)}
    return render(request, "courses/ask_colleague.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def opinion(request: HttpRequest, opinion_id: uuid.UUID) -> HttpResponse:
    """Show the colleague the video and what is asked, and take what she thinks; nobody else finds this page."""
    asked = SecondOpinion.objects.visible_to(request.user).filter(colleague=request.user)
    asked = asked.select_related("submission__asset", "submission__learner", "asker")
    found = get_object_or_404(asked, pk=opinion_id)
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opinions.give(opinion=found, by=request.user, **form.cleaned_data)
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sent to %(learner)s. Thank you.") % {"learner": found.asker})
            return redirect("courses:queue")
    asset = found.submission.asset
    context = {
        "opinion": found,
        "submission": found.submission,
        "is_open": asked.open().filter(pk=found.pk, answered_at=None).exists(),
        "form": form,
        "player": player_for(asset, language=get_language() or "en", start_ms=start_of(request)),
    }
    return render(request, "courses/opinion.html", context, status=422 if form.errors else 200)
