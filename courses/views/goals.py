"""Choosing what she wants to do in a week, or nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.forms import GoalForm
from courses.models import WeeklyGoal


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def goal(request: HttpRequest) -> HttpResponse:
    """Let her set, change or put away her goal."""
    mine = WeeklyGoal.objects.owned_by(request.user)
    if request.POST.get("action") == "off":
        mine.delete()
        messages.success(request, _("You have no goal for the week now."))
        return redirect("courses:dashboard")
    known = mine.first()
    form = GoalForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        WeeklyGoal.objects.update_or_create(learner=request.user, defaults=form.cleaned_data)
        messages.success(request, _("Your goal for the week is set. You can change it whenever you like."))
        return redirect("courses:dashboard")
    return render(request, "courses/goal.html", {"form": form, "known": known}, status=422 if form.errors else 200)
