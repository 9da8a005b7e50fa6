"""Sending a video in parts straight into the bucket: begin, sign a part, ask what is there, end. JSON.

Every upload belongs to who began it; for anybody else it does not exist. A sentence for her is plain text.
"""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from media_pipeline.models import Upload
from media_pipeline.sending import multipart, uploads
from media_pipeline.storage import StorageAway
from media_pipeline.views.arriving import Answer, begin, for_her, own_upload

SIGNED_AT_MOST = 1200  # parts a person may have signed in ten minutes: 80 Mbit a second, all the time
_WINDOW = 600
View = Callable[..., HttpResponse]


def speaks_json(view: View) -> Callable[..., HttpResponseBase]:
    """Answer plainly when the bucket is away; without a bucket there is nothing here."""

    @wraps(view)
    @for_her
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not uploads.by_parts():
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except StorageAway:
            sentence = _("We cannot take videos just now. Please wait a moment; what has been sent is kept.")
            response = Answer(HTTPStatus.SERVICE_UNAVAILABLE, sentence).response()
            response["Retry-After"] = "30"
            return response

    return answer


def _facts(request: HttpRequest) -> tuple[int, dict[str, str]]:
    """Read the body: ``length`` in bytes, and texts."""
    try:
        said = json.loads(request.body)
        length = said.pop("length")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Answer(HTTPStatus.BAD_REQUEST, "The facts cannot be read.") from error
    texts = {name: value for name, value in said.items() if isinstance(value, str)}
    if type(length) is not int or length > 2**60 or len(texts) != len(said):
        raise Answer(HTTPStatus.BAD_REQUEST, "The facts are wrong.")
    return length, texts


@require_http_methods(["POST"])
@speaks_json
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload; answer what :func:`upload` answers."""
    length, facts = _facts(request)
    row = begin(owner=request.user, length=length, facts=facts)
    try:
        multipart.begin(row)
    except StorageAway:
        uploads.terminate(row)
        raise
    return JsonResponse(_state(row, []), status=HTTPStatus.CREATED)


def _state(row: Upload, arrived: list[int]) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "length": row.length,
        "part_bytes": multipart.PART_BYTES,
        "arrived": arrived,
        "is_video": row.asset_id is not None,
        "expires": row.expires_at.isoformat(),
    }


@require_http_methods(["GET", "POST"])
@speaks_json
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Ask which parts have arrived (GET), or end it (POST)."""
    row = own_upload(request, upload_id)
    return _end(row) if request.method == "POST" else JsonResponse(_state(row, _arrived(row)))


def _arrived(row: Upload) -> list[int]:
    """The numbers of the parts that are there; once it is a video there is nothing more to ask."""
    if row.asset_id:
        return []
    try:
        return [part.number for part in multipart.arrived(row)]
    except FileNotFoundError as error:
        if uploads.finish(row) is not None:
            row.refresh_from_db()
            return []
        uploads.terminate(row)
        raise Answer(HTTPStatus.GONE) from error


def _end(row: Upload) -> HttpResponse:
    """Make the video; 409 with what is there, while something is missing."""
    if uploads.finish(row) is None:
        return JsonResponse(_state(row, _arrived(row)), status=HTTPStatus.CONFLICT)
    row.refresh_from_db()
    return JsonResponse(_state(row, []))


def _count_signing(person: Any) -> None:
    """Raise an answer for who has more parts signed than a phone could send."""
    key = f"media_pipeline.signed.{person.pk}"
    cache.add(key, 0, _WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # it went between the two
        return
    if count > SIGNED_AT_MOST:
        raise Answer(HTTPStatus.TOO_MANY_REQUESTS, _("This was a lot at once. Please wait a few minutes, then go on."))


@require_http_methods(["POST"])
@speaks_json
def part(request: HttpRequest, upload_id: UUID, position: int) -> HttpResponse:
    """Sign the part at ``position``, counted from 1: answer the address to PUT exactly its bytes to."""
    row = own_upload(request, upload_id)
    if row.asset_id:
        raise Answer(HTTPStatus.CONFLICT)
    if not row.multipart or multipart.length_of(row, position) == 0:
        raise Http404
    _count_signing(request.user)
    uploads.extend(row)
    return JsonResponse({"address": multipart.address(row, position), "length": multipart.length_of(row, position)})
