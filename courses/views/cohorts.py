"""Joining a group by its invitation, and pausing a course."""

import contextlib
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses import cohorts
from courses.forms import InvitationForm
from courses.models import Cohort, CoursePage, Enrolment
from courses.models.cohorts import tidy_code
from courses.place import course_in

GUESSES = 20  # of an invitation
WITHIN_SECONDS = 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take an invitation that somebody was given on paper or by voice, and lead to it."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cohort = _found(request, form.cleaned_data["code"])
        if cohort is not None:
            return redirect(cohort.invitation)
        form.add_error(
            "code", _("We do not know this invitation. Look at each letter once more, or ask your instructor.")
        )
    return render(request, "courses/enter_code.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Show to which group of which course somebody is invited, and let her join it."""
    cohort = _found(request, code)
    course = course_in(get_language(), cohort.course_key) if cohort else None
    if cohort is None or course is None:
        raise Http404
    if request.method == "POST":
        cohorts.join_cohort(learner=request.user, cohort=cohort, course=course)
        messages.success(request, _("You take “%(course)s” with this group now.") % {"course": course.title})
        return redirect(course.url)
    before = Enrolment.objects.owned_by(request.user).filter(course_key=cohort.course_key).first()
    context = {
        "cohort": cohort,
        "course": course,
        "is_in": bool(before and before.cohort_id == cohort.pk),
        "changes": bool(before and before.cohort_id and before.cohort_id != cohort.pk),
    }
    return render(request, "courses/invitation.html", context)


def _found(request: HttpRequest, text: str) -> Cohort | None:
    """Return the group with this invitation; nobody guesses for long."""
    key = f"courses.invitation.{request.user.pk}"
    if cache.get(key, 0) >= GUESSES:
        return None
    cohort = Cohort.objects.filter(code=tidy_code(text)).first()
    if cohort is None:
        cache.add(key, 0, WITHIN_SECONDS)
        with contextlib.suppress(ValueError):  # it went between the two
            cache.incr(key)
    return cohort


@require_POST
@login_required
def pause(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """Let her course rest, or go on with it, and come back to its page."""
    course = _hers(request, course_key)
    if request.POST.get("action") == "go on":
        cohorts.go_on(learner=request.user, course_key=course_key)
        messages.success(request, _("Your course goes on. What had a day has moved by the days you paused."))
    else:
        cohorts.pause(learner=request.user, course_key=course_key)
        messages.success(request, _("Your course rests. Nothing is lost, and you can go on whenever you like."))
    return redirect(course.url)


def _hers(request: HttpRequest, course_key: uuid.UUID) -> CoursePage:
    """Return a course she takes, or 404."""
    course = course_in(get_language(), course_key)
    if course is None or not Enrolment.objects.owned_by(request.user).filter(course_key=course_key).exists():
        raise Http404
    return course
