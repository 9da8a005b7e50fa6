"""Private files by signed address, with ranges, and nothing asked of the database while a video plays.

Only a revocable address asks, with each file, whether the person may still watch; nothing of it is kept by a browser.
"""

import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import BinaryIO

from django.core.cache import cache
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.views.decorators.http import require_safe

from media_pipeline import signing
from media_pipeline.access import may_watch_now
from media_pipeline.encoding import playlists
from media_pipeline.models import Caption
from media_pipeline.storage import CONTENT_TYPES, StorageAway, content_type, store

_TEXT = {".m3u8", ".vtt", ".json"}  # all else is packed already
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 64 * 1024
_REVOCABLE_SECONDS = 5 * 60  # so long may a browser read from a store that asks nobody


def _grant(request: HttpRequest, token: str) -> signing.Grant:
    """Read the token; raises Http404 for one that was never ours.

    ExpiredToken is left to the caller; it is raised too when somebody may not watch any more.
    """
    try:
        grant = signing.read(token)
    except signing.BadToken as error:
        raise Http404 from error
    if grant.revocable and not may_watch_now(request.user, grant.asset_id):
        raise signing.ExpiredToken
    return grant


def _expired() -> HttpResponse:
    return _private(HttpResponse(status=HTTPStatus.FORBIDDEN, content_type="text/plain"), seconds=0)


def _away() -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
    response["Retry-After"] = "30"
    return _private(response, seconds=0)


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
        grant = _grant(request, token)
    except signing.ExpiredToken:
        return _expired()
    key, seconds = f"{grant.prefix}/{name}", max(1, grant.expires - int(time.time()))
    if grant.revocable:
        seconds = min(seconds, _REVOCABLE_SECONDS)
    try:
        if PurePosixPath(name).suffix in _TEXT:
            response: HttpResponseBase = HttpResponse(_text(key, token, seconds, grant), content_type=content_type(key))
        else:
            response = _bytes(request, key, seconds)
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    except StorageAway:
        return _away()
    is_kept = not grant.revocable and not name.endswith(playlists.EARLY)
    return _private(response, seconds=seconds if is_kept else 0)


def _text(key: str, token: str, seconds: int, grant: signing.Grant) -> str:
    """Read a playlist or a list of cues. Where the store has addresses of its own, a playlist is given them.

    Not one that is revocable: each of its files is asked for here, and only then sent to the store.

    Signing hundreds takes time, and the same address twice is found in the browser's cache: so a finished playlist is
    kept for everybody who has the same token.
    """
    is_elsewhere = key.endswith(".m3u8") and not grant.revocable and bool(store().address(key, seconds=seconds))
    if is_elsewhere and (kept := cache.get(f"{token}/{key}")) is not None:
        return kept
    with store().open(key) as file:
        text = file.read().decode()
    if not is_elsewhere:
        return text
    folder = key.rpartition("/")[0]
    text = playlists.with_addresses(text, lambda name: store().address(f"{folder}/{name}", seconds=seconds))
    if playlists.is_finished(text):
        cache.set(f"{token}/{key}", text, timeout=seconds)
    return text


def _bytes(request: HttpRequest, key: str, seconds: int) -> HttpResponseBase:
    """Send the browser to the store, or serve the file, or a part of it, from here."""
    if address := store().address(key, seconds=seconds):
        return HttpResponseRedirect(address)
    # Squeezing these again costs time and breaks ranges, so the gzip middleware is told not to.
    request.META["HTTP_ACCEPT_ENCODING"] = "identity"
    return ranged(request, store().open(key), content_type=content_type(key))


@require_safe
def captions(request: HttpRequest, token: str, language: str) -> HttpResponseBase:
    """Serve the captions of the video the token is for; they may change while its files do not."""
    try:
        grant = _grant(request, token)
    except signing.ExpiredToken:
        return _expired()
    text = Caption.objects.filter(asset_id=grant.asset_id, language=language).values_list("text", flat=True).first()
    if text is None:
        raise Http404
    return _private(HttpResponse(text, content_type=CONTENT_TYPES[".vtt"]), seconds=0 if grant.revocable else 60)


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
