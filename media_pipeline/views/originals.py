"""Where its owner says whether the file as she sent it is kept."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from media_pipeline import originals
from media_pipeline.models import Asset


@require_POST
@login_required
def keep(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Keep the original of her own video, or no longer, and go back to the page she came from."""
    asset = get_object_or_404(Asset.objects.owned_by(request.user), pk=asset_id)
    originals.keep(asset=asset, keeps=request.POST.get("keeps") == "1", by=request.user)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if is_ours else "/")
