"""How far a video is, for the page that waits for it."""

from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from media_pipeline.access import has_pass, may_follow
from media_pipeline.models import Asset


@require_safe
@never_cache
def status(request: HttpRequest, asset_id: UUID) -> JsonResponse:
    """Answer the state of a video as JSON: state, percent, message, playable, settled, seconds; 404 for an outsider.

    Who waits for it on a page that shows it (``?pass=``) is not told what is said to its owner.
    """
    asset = Asset.objects.filter(pk=asset_id).first()
    if asset is None:
        raise Http404
    is_told = may_follow(request.user, asset)
    if not is_told and not has_pass(asset_id, request.GET.get("pass", "")):
        raise Http404
    return JsonResponse(
        {
            "asset": str(asset.pk),
            "state": asset.state,
            "state_label": asset.get_state_display(),
            "reason": asset.reason if is_told else "",
            "message": asset.message if is_told else "",
            "percent": asset.percent,
            "playable": asset.is_playable,
            "watchable": bool(asset.preview),
            "settled": asset.is_settled,
            "seconds": asset.duration_ms / 1000 if asset.duration_ms else None,
        }
    )
