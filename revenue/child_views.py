"""Her page about the children in her videos, and the record she keeps for them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from creators.models import Profile
from revenue import child_record, children
from revenue.child_forms import AppearanceForm
from revenue.errors import NotReadyError
from revenue.views import ask_who_she_is, hides_amounts


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """What is set aside for whom, what she has declared, and the form to declare more."""
    profile = _hers(request)
    if asked := ask_who_she_is(request):
        return asked
    videos, has_more = children.videos_of(profile)
    find = partial(children.find_video, profile) if has_more else None
    form = AppearanceForm(request.POST or None, videos=videos, find=find, place=children.place_of(profile))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        platform, video_id = data["video"]
        try:
            children.declare(
                creator=profile, alias=data["alias"], platform=platform, video_id=video_id, seconds=data["seconds"],
                length=data["length"], by=request.user,
                region=data["region"] or children.place_of(profile, platform, video_id),
            )  # fmt: skip
        except NotReadyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. It counts for every month that is not closed yet."))
            return redirect("revenue:children")
    titles = {(video.platform, video.video_id): video.title for video in videos}
    declared = children.declared_by(profile)
    context = {
        "form": form, "videos": videos, "declared": _with_titles(declared, titles),
        "kept": children.kept_for(profile), "rules": children.rules_for(one.region for one in declared),
        "hide_amounts": hides_amounts(request),
        "crumbs": [(_("Earnings"), reverse("revenue:earnings")), (_("Children in your videos"), "")],
    }  # fmt: skip
    return render(request, "revenue/children.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Her record, as a table; hers alone."""
    profile = _hers(request)
    return ask_who_she_is(request) or child_record.file_of(profile)


def _hers(request: HttpRequest) -> Profile:
    return get_object_or_404(Profile.objects.owned_by(request.user).defer("thumbnail"))


def _with_titles(declared: list[Any], titles: dict[tuple[str, str], str]) -> list[tuple[Any, str]]:
    return [(one, titles.get((one.platform, one.video_id)) or one.video_id) for one in declared]
