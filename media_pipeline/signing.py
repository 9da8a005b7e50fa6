"""Addresses of private files: short-lived, bound to one attempt at one video, and not to be guessed.

The token is a part of the path (``/v/<token>/master.m3u8``), so relative addresses inside a playlist inherit it and
nothing is asked of the database while a video plays.

Token: base64url(video id 16 bytes · attempt 4 · expiry 5 · 1 when it is revocable · HMAC-SHA256 first 16 bytes).
A revocable one is worth nothing by itself: with each file the person who asks must be allowed to watch at that moment.
"""

import base64
import binascii
import hmac
import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "media_pipeline.signing"
_BODY, _MAC = 25, 16
_REVOCABLE = b"\x01"
_STEP = 15 * 60  # expiries are rounded up to this, so that a page seen twice finds its files in the browser's cache


class BadToken(Exception):
    """The token was not made here, or somebody changed it."""


class ExpiredToken(Exception):
    """The token was right once."""


@dataclass(frozen=True)
class Grant:
    """What a token allows: the files of one attempt at one video, until ``expires`` (Unix seconds).

    Of a ``revocable`` one the caller must ask again whether the person may watch.
    """

    asset_id: uuid.UUID
    attempt: int
    expires: int
    revocable: bool = False

    @property
    def prefix(self) -> str:
        """The storage prefix of the files."""
        return f"outputs/{self.asset_id}/{self.attempt}"


def _mac(body: bytes) -> bytes:
    return salted_hmac(_SALT, body, algorithm="sha256").digest()[:_MAC]


def sign(asset_id: uuid.UUID, outputs: str, *, revocable: bool = False, now: float | None = None) -> str:
    """Return a token for the files under ``outputs`` (``outputs/<asset_id>/<attempt>``).

    It holds for at least ``MEDIA_PIPELINE_SIGNED_SECONDS`` and at most a quarter of an hour longer.
    """
    attempt = int(outputs.rsplit("/", 1)[1])
    moment = int(time.time() if now is None else now) + settings.MEDIA_PIPELINE_SIGNED_SECONDS
    expires = -(-moment // _STEP) * _STEP
    body = asset_id.bytes + attempt.to_bytes(4, "big") + expires.to_bytes(5, "big") + _REVOCABLE * revocable
    return base64.urlsafe_b64encode(body + _mac(body)).rstrip(b"=").decode()


def read(token: str, *, now: float | None = None) -> Grant:
    """Return what ``token`` allows; raises BadToken or ExpiredToken. Compares in constant time."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadToken from error
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(mac, _mac(body)):
        raise BadToken
    grant = Grant(
        asset_id=uuid.UUID(bytes=body[:16]),
        attempt=int.from_bytes(body[16:20], "big"),
        expires=int.from_bytes(body[20:_BODY], "big"),
        revocable=body[_BODY:] == _REVOCABLE,
    )
    if grant.expires <= (time.time() if now is None else now):
        raise ExpiredToken
    return grant
