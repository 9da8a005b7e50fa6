"""Where a recorded answer arrives."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import answers
from courses.models import Submission
from courses.review import ReviewRefused

_AROUND = 100_000  # bytes of a form besides its file


@require_POST
@login_required
def record(request: HttpRequest, submission_id: uuid.UUID) -> JsonResponse:
    """Keep what was recorded with her draft; the script shows what the message says."""
    theirs = Submission.objects.reviewable_by(request.user).select_related("asset")
    submission = get_object_or_404(theirs, pk=submission_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MEDIA_PIPELINE_ANSWER_BYTES + _AROUND:
        return _refused(_("This recording is too large. Speak for two minutes at most."), 413)
    file = request.FILES.get("recording")
    if file is None:
        return _refused(_("Nothing was recorded."), 422)
    try:
        answers.record(submission=submission, by=request.user, file=file.file, size=file.size)
    except answers.RecordingRefused as refusal:
        return _refused(str(refusal), 422)
    except ReviewRefused as refusal:
        return _refused(str(refusal), 409)
    return JsonResponse({"saved": True})


def _refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"saved": False, "message": message}, status=status)
