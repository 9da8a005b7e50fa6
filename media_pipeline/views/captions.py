"""The page where a person writes, corrects and confirms the captions of a video, in one language at a time."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from media_pipeline.access import captionable_by
from media_pipeline.captions import keeping, listening, speech
from media_pipeline.captions.webvtt import BadCaptions
from media_pipeline.forms import CaptionForm
from media_pipeline.models import Asset, Caption
from media_pipeline.playback import captions_by_language, language_name, player_for
from media_pipeline.states import UNFINISHED


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def edit(request: HttpRequest, asset_id: UUID, language: str) -> HttpResponse:
    """Show and change the captions of a video she may caption; for everybody else there is no such page."""
    asset = get_object_or_404(captionable_by(request.user), pk=asset_id)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    caption = asset.captions.filter(language=language).first()
    if request.method != "POST":
        return _page(request, asset, language, caption, CaptionForm(initial={"text": caption.text if caption else ""}))
    action = request.POST.get("action", "save")
    if action == "save":
        form = CaptionForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, asset, language, caption, form)
        keeping.save_captions(asset=asset, language=language, engine=form.cleaned_data["engine"], by=request.user)
        messages.success(request, _("The captions are saved."))
    elif action == "delete" and caption:
        keeping.remove_captions(caption=caption, by=request.user)
        messages.success(request, _("The captions are deleted."))
    elif action == "listen":
        _ask(request, asset, language)
    return redirect("media_pipeline:caption_page", asset.pk, language)


def _ask(request: HttpRequest, asset: Asset, language: str) -> None:
    try:
        listening.ask(asset=asset, language=language, by=request.user)
    except BadCaptions as error:
        messages.error(request, str(error))


def _page(
    request: HttpRequest, asset: Asset, language: str, caption: Caption | None, form: CaptionForm
) -> HttpResponse:
    latest = asset.listenings.filter(language=language).order_by("-created_at").first()
    is_waiting = latest is not None and latest.state in UNFINISHED
    context: dict[str, Any] = {
        "asset": asset,
        "caption": caption,
        "form": form,
        "language": language,
        "language_name": language_name(language),
        "languages": captions_by_language(asset),
        "is_waiting": is_waiting,
        "has_failed": latest is not None and latest.state == "failed" and caption is None,
        "can_listen": language in speech.models() and asset.mp4_bytes and not is_waiting and caption is None,
        "player": player_for(asset, language=language),
    }
    return render(request, "media_pipeline/captions.html", context, status=422 if form.errors else 200)
