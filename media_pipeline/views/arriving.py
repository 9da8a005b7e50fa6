"""What both ways of sending a video have in common: who may, with what facts, and answers that end a request."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from media_pipeline.models import Upload
from media_pipeline.models.assets import Purpose
from media_pipeline.sending import uploads

_FINGERPRINT = re.compile(r"[0-9a-f]{64}|")
_STATUS: dict[type[uploads.UploadRefused], int] = {
    uploads.TooBig: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    uploads.QuotaFull: HTTPStatus.FORBIDDEN,
    uploads.NotAllowed: HTTPStatus.FORBIDDEN,
    uploads.NoRoom: HTTPStatus.INSUFFICIENT_STORAGE,
}
_LISTED = 5


class Answer(Exception):
    """End the request here with this status and, where she may read it, a sentence."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text

    def response(self) -> HttpResponse:
        """The answer itself: plain text, so that the page can show it."""
        return HttpResponse(self.text, status=self.status, content_type="text/plain; charset=utf-8")


def check_signed_in(request: HttpRequest) -> None:
    """Raise an answer for somebody who is not."""
    if not request.user.is_authenticated:
        raise Answer(HTTPStatus.UNAUTHORIZED, _("Please sign in first, then choose your video again."))


def begin(*, owner: Any, length: int, facts: Mapping[str, str]) -> Upload:
    """Begin an upload by what the client says of it: title, filename, fingerprint, purpose, collection."""
    purpose, collection = facts.get("purpose", Purpose.SUBMISSION), facts.get("collection", "")
    fingerprint = facts.get("fingerprint", "")
    if purpose not in Purpose.values or (collection and not (collection.isascii() and collection.isdigit())):
        raise Answer(HTTPStatus.BAD_REQUEST, "The purpose or the collection is wrong.")
    if not _FINGERPRINT.fullmatch(fingerprint) or "\x00" in "".join(facts.values()):
        raise Answer(HTTPStatus.BAD_REQUEST, "The facts are wrong.")
    try:
        return uploads.create(
            owner=owner,
            length=length,
            title=facts.get("title") or facts.get("filename") or _("My video"),
            purpose=purpose,
            collection_id=int(collection) if collection else None,
            file_name=facts.get("filename", ""),
            fingerprint=fingerprint,
        )
    except uploads.UploadRefused as refused:
        raise Answer(_STATUS.get(type(refused), HTTPStatus.BAD_REQUEST), str(refused)) from refused


def own_upload(request: HttpRequest, upload_id: UUID) -> Upload:
    """Her own upload; for anybody else it does not exist."""
    row = Upload.objects.filter(pk=upload_id, owner=request.user).first()
    if row is None:
        raise Http404
    return row


def for_her(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Answer only who is signed in, and let nothing of it be kept."""

    @wraps(view)
    @never_cache
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            check_signed_in(request)
            return view(request, *args, **kwargs)
        except Answer as stop:
            return stop.response()

    return answer


@require_safe
@for_her
def unfinished(request: HttpRequest, purpose: str) -> HttpResponse:
    """List what she began to send for ``purpose``, the newest first: id, name, length, fingerprint."""
    rows = Upload.objects.unfinished().filter(owner=request.user, purpose=purpose)[:_LISTED]
    listed = [
        {"id": str(row.pk), "name": row.file_name or row.title, "length": row.length, "fingerprint": row.fingerprint}
        for row in rows
    ]
    return JsonResponse({"uploads": listed})


@require_http_methods(["DELETE"])
@for_her
def forget(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Give up an upload of hers that has not become a video, whichever way it was coming."""
    row = own_upload(request, upload_id)
    if row.asset_id:
        raise Answer(HTTPStatus.CONFLICT)
    uploads.terminate(row)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
