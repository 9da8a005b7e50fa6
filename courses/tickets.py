"""Signed tickets that a lesson page carries for each piece, so that a heartbeat asks no table what it is about."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

OLDEST = timedelta(days=30)  # a phone may be without a network for as long


class BadTicket(Exception):
    """The ticket is not ours, not hers, or too old."""


@dataclass(frozen=True)
class Ticket:
    """She opened this piece at ``opened_at``; its video, if it is one, lasts ``duration_ms``."""

    course_key: uuid.UUID
    lesson_key: uuid.UUID
    piece_id: uuid.UUID
    duration_ms: int
    opened_at: datetime


def _salt(user: Any) -> str:
    return f"courses.tickets.{user.pk}"


def device_key(user: Any) -> str:
    """Return a name under which a browser keeps what ``user`` has not sent yet; it tells nobody who she is."""
    return salted_hmac("courses.device", str(user.pk)).hexdigest()[:16]


def issue(user: Any, ticket: Ticket) -> str:
    """Return ``ticket`` as text that only ``user`` can hand back. The caller has checked that she may watch."""
    moment = int(ticket.opened_at.timestamp() * 1000)
    parts = [ticket.course_key.hex, ticket.lesson_key.hex, ticket.piece_id.hex, ticket.duration_ms, moment]
    return signing.dumps(parts, salt=_salt(user))


def read(user: Any, text: str) -> Ticket:
    """Return the ticket in ``text``; raises BadTicket."""
    try:
        course, lesson, piece, duration_ms, moment = signing.loads(text, salt=_salt(user), max_age=OLDEST)
    except (signing.BadSignature, ValueError) as error:
        raise BadTicket from error
    opened_at = timezone.datetime.fromtimestamp(moment / 1000, tz=timezone.get_default_timezone())
    return Ticket(uuid.UUID(course), uuid.UUID(lesson), uuid.UUID(piece), duration_ms, opened_at)
