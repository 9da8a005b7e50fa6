"""The pages of creators: the public ones, and hers behind the sign-in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from creators import channels, profiles
from creators.forms import ChannelForm, ProfileForm
from creators.models import Channel, ChannelState, Profile
from creators.public import public_page, thumbnail_url

ON_A_PAGE = 12


@require_GET
@never_cache  # hidden now means hidden now
def creator_list(request: HttpRequest) -> HttpResponse:
    """Everyone who has published a page, the newest first; search engines are asked to stay away."""
    published = Profile.objects.published().defer("photo").order_by("-published_at", "pk")
    page_obj = Paginator(published, ON_A_PAGE).get_page(request.GET.get("page"))
    cards = [(profile, thumbnail_url(profile)) for profile in page_obj]
    response = render(request, "creators/list.html", {"page_obj": page_obj, "cards": cards})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
@never_cache
def public_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """One creator's page; while it is private, only she sees it."""
    profile = _visible_profile(request, slug)
    context = {"profile": profile, "page": public_page(profile), "is_hers": profile.user == request.user}
    response = render(request, "creators/profile.html", context)
    if not (profile.is_published and profile.allow_search_engines):
        response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def photo(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """Her photo, to those who may see her page; not even a cache keeps it for others."""
    profile = _visible_profile(request, slug)
    shown = profile.show_photo or profile.user == request.user
    if not profile.photo or not shown or profile.photo.name.rpartition("/")[2] != name:
        raise Http404
    try:
        response = FileResponse(profile.photo.open("rb"), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=60"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponse:
    """What her page says, and what of it others see."""
    profile = _own_profile(request)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=profile)
    if request.method == "POST" and form.is_valid() and _save_page(request, form):
        messages.success(request, _("Saved. This is how your page looks now."))
        return redirect(profile)
    saved = _own_profile(request)  # a form that was refused has changed ``profile``
    films = list(saved.portfolio.showable().select_related("submission"))
    return render(request, "creators/edit.html", {"form": form, "profile": saved, "films": films})


@login_required
@require_POST
def publish_profile(request: HttpRequest) -> HttpResponse:
    """Let anyone see her page."""
    profile = _own_profile(request)
    profiles.publish(profile=profile, by=request.user)
    messages.success(request, _("Your page is open. Anyone who has its address can see it."))
    return redirect(profile)


@login_required
@require_POST
def hide_profile(request: HttpRequest) -> HttpResponse:
    """Take her page from the public with one tap."""
    profiles.hide(profile=_own_profile(request), by=request.user)
    messages.success(request, _("Your page is hidden. Only you can see it now."))
    return redirect("creators:edit")


@login_required
@require_POST
def move_film_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move one of her films a place up."""
    item = get_object_or_404(_own_profile(request).portfolio, pk=pk)
    profiles.move_film_up(item=item, by=request.user)
    return redirect(f"{reverse('creators:edit')}#films")


@login_required
@require_http_methods(["GET", "POST"])
def channel_list(request: HttpRequest) -> HttpResponse:
    """Her channels and where each stands, and a form to add one."""
    profile = _own_profile(request)
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            channels.claim(profile=profile, by=request.user, **data)
        except channels.ChannelError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Added. Now put the code into its description, so that we see it is yours."))
            return redirect("creators:channels")
    hers = list(Channel.objects.owned_by(request.user))
    context = {
        "form": form,
        "profile": profile,
        "channels": [channel for channel in hers if channel.state != ChannelState.WITHDRAWN],
        "withdrawn": [channel for channel in hers if channel.state == ChannelState.WITHDRAWN],
    }
    return render(request, "creators/channels.html", context)


@login_required
@require_POST
def withdraw_channel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one of her channels away; the page then offers to bring it back."""
    channel = get_object_or_404(Channel.objects.owned_by(request.user), pk=pk)
    channels.withdraw(channel=channel, by=request.user)
    messages.success(request, _("The channel is taken away. You can bring it back below."))
    return redirect("creators:channels")


@login_required
@require_POST
def restore_channel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring a channel back that she took away."""
    channel = get_object_or_404(Channel.objects.owned_by(request.user), pk=pk)
    try:
        channels.restore(channel=channel, by=request.user)
    except channels.ChannelError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The channel is back."))
    return redirect("creators:channels")


def _visible_profile(request: HttpRequest, slug: str) -> Profile:
    return get_object_or_404(Profile.objects.visible_to(request.user).select_related("user"), slug=slug)


def _own_profile(request: HttpRequest) -> Profile:
    """Return the profile of the graduate who asks; a page of this kind does not exist for anyone else."""
    if not request.user.has_role("creator"):
        raise Http404
    return get_object_or_404(Profile.objects.owned_by(request.user).select_related("user"))


def _save_page(request: HttpRequest, form: Any) -> bool:
    """Save a valid form; say False, with the error on the form, when the address was taken at the same moment."""
    data = form.cleaned_data
    try:
        profiles.save_page(
            profile=form.instance,
            by=request.user,
            photo=data.get("new_photo"),
            remove_photo=data.get("remove_photo", False),
            films=data.get("films", ()),
            certificates=data.get("certificates", ()),
            shown_channels=data.get("shown_channels", ()),
        )
    except IntegrityError:
        form.add_error("slug", _("Somebody has this address already. Choose another one."))
        return False
    return True
