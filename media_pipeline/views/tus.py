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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from media_pipeline import uploads
from media_pipeline.models import Upload
from media_pipeline.models.assets import Purpose

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
_STATUS: dict[type[uploads.UploadRefused], int] = {
    uploads.TooBig: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    uploads.QuotaFull: HTTPStatus.FORBIDDEN,
    uploads.NotAllowed: HTTPStatus.FORBIDDEN,
    uploads.NoRoom: HTTPStatus.INSUFFICIENT_STORAGE,
}
View = Callable[..., HttpResponse]


class _Answer(Exception):
    """End the request here with this status and, where she may read it, a sentence."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def speaks_tus(view: View) -> View:
    """Check who asks and which version, and add the headers every answer of the protocol has."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise _Answer(HTTPStatus.UNAUTHORIZED, _("Please sign in first, then choose your video again."))
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise _Answer(HTTPStatus.PRECONDITION_FAILED)
            response = view(request, *args, **kwargs)
        except _Answer as stop:
            response = HttpResponse(stop.text, status=stop.status, content_type="text/plain; charset=utf-8")
            response["Tus-Version"] = VERSION
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise _Answer(HTTPStatus.BAD_REQUEST, f"{header} is missing or wrong.")
    return int(value)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """Read ``Upload-Metadata``: pairs of a key and a base64 value, separated by commas."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _Answer(HTTPStatus.BAD_REQUEST, "Upload-Metadata is wrong.") from error
    return found


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _space, value = header.partition(" ")
    if name not in uploads.CHECKSUMS:
        raise _Answer(HTTPStatus.BAD_REQUEST, "This checksum is not supported.")
    try:
        return name, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise _Answer(HTTPStatus.BAD_REQUEST, "Upload-Checksum is wrong.") from error


@require_http_methods(["POST", "OPTIONS"])
@speaks_tus
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload; its address is in ``Location``. OPTIONS says what this server can do."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["Tus-Version"] = VERSION
        response["Tus-Extension"] = "creation,termination,expiration,checksum"
        response["Tus-Checksum-Algorithm"] = ",".join(uploads.CHECKSUMS)
        response["Tus-Max-Size"] = str(settings.MEDIA_PIPELINE_MAX_BYTES)
        return response
    length, facts = _number(request, "Upload-Length"), _metadata(request)
    purpose = facts.get("purpose", Purpose.SUBMISSION)
    collection = facts.get("collection", "")
    if purpose not in Purpose.values or (collection and not collection.isdigit()):
        raise _Answer(HTTPStatus.BAD_REQUEST, "Upload-Metadata is wrong.")
    try:
        upload = uploads.create(
            owner=request.user,
            length=length,
            title=facts.get("title") or facts.get("filename") or _("My video"),
            purpose=purpose,
            collection_id=int(collection) if collection else None,
        )
    except uploads.UploadRefused as refused:
        raise _Answer(_STATUS.get(type(refused), HTTPStatus.BAD_REQUEST), str(refused)) from refused
    response = HttpResponse(status=HTTPStatus.CREATED)
    response["Location"] = request.build_absolute_uri(reverse("media_pipeline:upload", args=[upload.pk]))
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@speaks_tus
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Ask how much has arrived (HEAD), add a part (PATCH), give up (DELETE)."""
    row = Upload.objects.filter(pk=upload_id, owner=request.user).first()
    if row is None:
        raise Http404
    return {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}[str(request.method)](request, row)


def _head(_request: HttpRequest, row: Upload) -> HttpResponse:
    here = uploads.offset(row)
    if here == row.length:
        uploads.finish(row.pk)  # the server may have died between the last byte and the video
    response = HttpResponse(status=HTTPStatus.OK)
    response["Upload-Offset"] = str(here)
    response["Upload-Length"] = str(row.length)
    return response


def _patch(request: HttpRequest, row: Upload) -> HttpResponse:
    if request.content_type != PART:
        raise _Answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    at, length, checksum = _number(request, "Upload-Offset"), _number(request, "Content-Length"), _checksum(request)
    here = _again(at, row) if row.asset_id else _append(request, row, at=at, length=length, checksum=checksum)
    if here == row.length:
        uploads.finish(row.pk)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Upload-Offset"] = str(here)
    response["Upload-Expires"] = http_date(row.expires_at.timestamp())
    return response


def _again(at: int, row: Upload) -> int:
    """A part for an upload that is already a video: only "nothing more, at the end" fits."""
    if at != row.length:
        raise _Answer(HTTPStatus.CONFLICT)
    return row.length


def _append(request: HttpRequest, row: Upload, *, at: int, length: int, checksum: tuple[str, bytes] | None) -> int:
    try:
        return uploads.append(row, at=at, length=length, read=_reader(request), checksum=checksum)
    except uploads.Locked as error:
        raise _Answer(HTTPStatus.LOCKED) from error
    except uploads.WrongOffset as error:
        raise _Answer(HTTPStatus.CONFLICT) from error
    except uploads.TooMuch as error:
        raise _Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from error
    except uploads.WrongChecksum as error:
        raise _Answer(CHECKSUM_MISMATCH) from error
    except FileNotFoundError as error:
        raise _Answer(HTTPStatus.GONE) from error
    except OSError as error:
        raise _Answer(HTTPStatus.INSUFFICIENT_STORAGE) from error


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
        raise _Answer(HTTPStatus.CONFLICT)
    uploads.terminate(row)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
