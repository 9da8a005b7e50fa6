"""Private files by signed address, with ranges, and nothing asked of the database while a video plays."""

import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from media_pipeline import signing
from media_pipeline.models import Caption
from media_pipeline.storage import disk

CONTENT_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
}
_PACKED_ALREADY = {".m4s", ".mp4", ".jpg", ".webp"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 64 * 1024


def _grant(token: str) -> signing.Grant:
    """Read the token; raises Http404 for one that was never ours. ExpiredToken is left to the caller."""
    try:
        return signing.read(token)
    except signing.BadToken as error:
        raise Http404 from error


def _expired() -> HttpResponse:
    return _private(HttpResponse(status=HTTPStatus.FORBIDDEN, content_type="text/plain"), seconds=0)


def _private(response: HttpResponseBase, *, seconds: int) -> HttpResponseBase:
    """Let only her own browser keep it, and let no address of it leak to where a link may lead."""
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def output(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Serve one output of the video the token is for."""
    try:
        grant = _grant(token)
    except signing.ExpiredToken:
        return _expired()
    try:
        file = disk.open(f"{grant.prefix}/{name}")
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    suffix = PurePosixPath(name).suffix
    if suffix in _PACKED_ALREADY:
        # Squeezing these again costs time and breaks ranges, so the gzip middleware is told not to.
        request.META["HTTP_ACCEPT_ENCODING"] = "identity"
    response = ranged(request, file, content_type=CONTENT_TYPES[suffix])
    return _private(response, seconds=max(1, grant.expires - int(time.time())))


@require_safe
def captions(request: HttpRequest, token: str, language: str) -> HttpResponseBase:
    """Serve the captions of the video the token is for; they may change while its files do not."""
    try:
        grant = _grant(token)
    except signing.ExpiredToken:
        return _expired()
    text = Caption.objects.filter(asset_id=grant.asset_id, language=language).values_list("text", flat=True).first()
    if text is None:
        raise Http404
    return _private(HttpResponse(text, content_type=CONTENT_TYPES[".vtt"]), seconds=60)


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that ``header`` asks for; None for the whole file.

    Raises ValueError for a range outside the file. Several ranges in one header are answered with the whole file, as
    RFC 9110 section 14.2 allows.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise ValueError(header)
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise ValueError(header)
    return start, end


def ranged(request: HttpRequest, file: BinaryIO, *, content_type: str) -> HttpResponseBase:
    """Answer with the file, or the part the request asks for. Closes the file."""
    size = file.seek(0, 2)
    file.seek(0)
    try:
        span = parse_range(request.headers.get("Range", ""), size)
    except ValueError:
        file.close()
        response: HttpResponseBase = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response["Content-Range"] = f"bytes */{size}"
        return response
    if span is None:
        response = FileResponse(file, content_type=content_type)
        response["Content-Length"] = str(size)
    else:
        start, end = span
        response = StreamingHttpResponse(
            _part(file, start, end - start + 1), status=HTTPStatus.PARTIAL_CONTENT, content_type=content_type
        )
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
        response["Content-Length"] = str(end - start + 1)
    response["Accept-Ranges"] = "bytes"
    return response


def _part(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
