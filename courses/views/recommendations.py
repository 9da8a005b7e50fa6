"""What could come next for her, and what she says to it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.languages import in_language
from courses.models import CoursePage, NotForMe
from courses.recommending import choices
from courses.recommending.showing import next_for

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def recommendations(request: HttpRequest) -> HttpResponse:
    """Show what could come next and why; a POST switches it off or on, or begins over."""
    if request.method == "POST":
        return _chosen(request)
    is_off = choices.is_off(request.user)
    declined = NotForMe.objects.owned_by(request.user).order_by("-said_at", "pk")
    context = {
        "is_off": is_off,
        "suggestions": [] if is_off else next_for(request.user, get_language() or "en"),
        "page_obj": Paginator(declined, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "courses/recommendations.html", context)


def _chosen(request: HttpRequest) -> HttpResponse:
    action = request.POST.get("action")
    if action in ("off", "on"):
        choices.switch(learner=request.user, off=action == "off")
        said = _("No courses are suggested to you any more.") if action == "off" else _("Courses are suggested again.")
    elif action == "begin over":
        choices.begin_over(learner=request.user)
        said = _("Begun over. What you join from now on counts; your courses stay as they are.")
    else:
        return HttpResponseBadRequest()
    messages.success(request, said)
    return redirect("courses:recommendations")


@require_POST
@login_required
def not_for_me(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """Take "not for me" for a course, or take it back, and lead to where the other is one tap away."""
    if request.POST.get("action") == "take back":
        choices.take_back(learner=request.user, course_key=course_key)
        messages.success(request, _("It may be suggested again."))
        return redirect("courses:recommendations")
    course = _readable_or_404(course_key)
    choices.not_for_me(learner=request.user, course=course)
    messages.success(request, _("“%(course)s” is not suggested to you any more.") % {"course": course.title})
    return redirect("courses:recommendations")


def _readable_or_404(course_key: uuid.UUID) -> CoursePage:
    """Return the course as she reads it; a draft, or one behind a lock, is as unknown as any other number."""
    versions = CoursePage.objects.live().public().filter(translation_key=course_key).select_related("locale")
    found = in_language(versions, get_language()).get(course_key)
    if found is None:
        raise Http404
    return found
