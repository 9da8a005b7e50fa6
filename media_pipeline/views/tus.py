"""The tus 1.0 endpoint: core, creation, termination, expiration, checksum. https://tus.io/protocols/resumable-upload

Every upload belongs to who began it; for anybody else it does not exist.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from media_pipeline.models import Upload
from media_pipeline.sending import appending, uploads
from media_pipeline.views.arriving import Answer, begin, check_signed_in, own_upload

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
View = Callable[..., HttpResponse]


def speaks_tus(view: View) -> View:
    """Check who asks and which version, and add the headers every answer of the protocol has. With a bucket, 404."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if uploads.by_parts():
            raise Http404
        try:
            check_signed_in(request)
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise Answer(HTTPStatus.PRECONDITION_FAILED)
            response = view(request, *args, **kwargs)
        except Answer as stop:
            response = stop.response()
            response["Tus-Version"] = VERSION
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Answer(HTTPStatus.BAD_REQUEST, f"{header} is missing or wrong.")
    return int(value)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """Read ``Upload-Metadata``: pairs of a key and a base64 value, separated by commas."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Answer(HTTPStatus.BAD_REQUEST, "Upload-Metadata is wrong.") from error
    return found


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _space, value = header.partition(" ")
    if name not in appending.CHECKSUMS:
        raise Answer(HTTPStatus.BAD_REQUEST, "This checksum is not supported.")
    try:
        return name, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise Answer(HTTPStatus.BAD_REQUEST, "Upload-Checksum is wrong.") from error


@require_http_methods(["POST", "OPTIONS"])
@speaks_tus
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload; its address is in ``Location``. OPTIONS says what this server can do."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["Tus-Version"] = VERSION
        response["Tus-Extension"] = "creation,termination,expiration,checksum"
        response["Tus-Checksum-Algorithm"] = ",".join(appending.CHECKSUMS)
        response["Tus-Max-Size"] = str(settings.MEDIA_PIPELINE_MAX_BYTES)
        return response
    length, facts = _number(request, "Upload-Length"), _metadata(request)
    row = begin(owner=request.user, length=length, facts=facts)
    response = HttpResponse(status=HTTPStatus.CREATED)
    response["Location"] = request.build_absolute_uri(reverse("media_pipeline:upload", args=[row.pk]))
    response["Upload-Expires"] = http_date(row.expires_at.timestamp())
    return response


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@speaks_tus
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Ask how much has arrived (HEAD), add a part (PATCH), give up (DELETE)."""
    row = own_upload(request, upload_id)
    return {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}[str(request.method)](request, row)


def _head(_request: HttpRequest, row: Upload) -> HttpResponse:
    here = appending.offset(row)
    if here == row.length:
        uploads.finish(row)  # the server may have died between the last byte and the video
    response = HttpResponse(status=HTTPStatus.OK)
    response["Upload-Offset"] = str(here)
    response["Upload-Length"] = str(row.length)
    return response


def _patch(request: HttpRequest, row: Upload) -> HttpResponse:
    if request.content_type != PART:
        raise Answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    at, length, checksum = _number(request, "Upload-Offset"), _number(request, "Content-Length"), _checksum(request)
    here = _again(at, row) if row.asset_id else _append(request, row, at=at, length=length, checksum=checksum)
    if here == row.length:
        uploads.finish(row)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Upload-Offset"] = str(here)
    response["Upload-Expires"] = http_date(row.expires_at.timestamp())
    return response


def _again(at: int, row: Upload) -> int:
    """A part for an upload that is already a video: only "nothing more, at the end" fits."""
    if at != row.length:
        raise Answer(HTTPStatus.CONFLICT)
    return row.length


def _append(request: HttpRequest, row: Upload, *, at: int, length: int, checksum: tuple[str, bytes] | None) -> int:
    try:
        here = appending.append(row, at=at, length=length, read=_reader(request), checksum=checksum)
    except appending.Locked as error:
        raise Answer(HTTPStatus.LOCKED) from error
    except appending.WrongOffset as error:
        raise Answer(HTTPStatus.CONFLICT) from error
    except appending.TooMuch as error:
        raise Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from error
    except appending.WrongChecksum as error:
        raise Answer(CHECKSUM_MISMATCH) from error
    except FileNotFoundError as error:
        raise Answer(HTTPStatus.GONE) from error
    except OSError as error:
        raise Answer(HTTPStatus.INSUFFICIENT_STORAGE) from error
    uploads.extend(row)
    return here


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    """Read the body; a connection that breaks simply ends it, and what arrived is kept."""

    def read(size: int) -> bytes:
        try:
            return request.read(size)
        except UnreadablePostError:
            return b""

    return read


def _delete(_request: HttpRequest, row: Upload) -> HttpResponse:
    if row.asset_id:
        raise Answer(HTTPStatus.CONFLICT)
    uploads.terminate(row)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
