"""What the lesson page's player reports, made into what may be believed."""

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from courses import coverage, tickets
from courses.progress import Report
from courses.tickets import Ticket

MOST_EVENTS = 200
MOST_RANGES = 200
READY = 3  # HTMLMediaElement.HAVE_FUTURE_DATA: there was something to play


class BadReport(ValueError):
    """The report is not in the shape that the player sends."""


@dataclass(frozen=True)
class Event:
    """One report of the player about one piece. ``played`` is in milliseconds of the video."""

    id: str
    ticket: Ticket
    played: list[coverage.Range]
    position_ms: int
    end_reached: bool
    at: datetime


def read_events(user: Any, text: str, now: datetime) -> tuple[list[Event], list[str]]:
    """Return the events in ``text`` that can be believed, and the ids of all that need not be sent again.

    Raises BadReport when it is no list of events. A single bad event is dropped, so that it cannot block
    the others.
    """
    try:
        raw_events = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReport from error
    if not isinstance(raw_events, list) or len(raw_events) > MOST_EVENTS:
        raise BadReport
    events, answered = [], []
    for raw in raw_events:
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
            raise BadReport
        answered.append(raw["id"][:64])
        try:
            events.append(_event(user, raw, now))
        except (tickets.BadTicket, KeyError, TypeError, ValueError, OverflowError):
            continue
    return events, answered


def _event(user: Any, raw: dict[str, Any], now: datetime) -> Event:
    ticket = tickets.read(user, str(raw["ticket"]))
    ready = int(raw.get("ready", 0)) >= READY
    ranges = [(int(since), int(to)) for since, to in raw.get("played", [])[:MOST_RANGES]] if ready else []
    at = min(now, max(ticket.opened_at, now - timedelta(milliseconds=max(0, int(raw.get("age", 0))))))
    position = min(max(0, int(raw.get("position", 0))), ticket.duration_ms)
    return Event(raw["id"], ticket, ranges, position, ready and raw.get("ended") is True, at)


def reports_of(events: list[Event], now: datetime) -> list[Report]:
    """Join the events of each piece into one report, no more than the clock allows."""
    by_piece: dict[uuid.UUID, list[Event]] = defaultdict(list)
    for event in events:
        by_piece[event.ticket.piece_id].append(event)
    return [_joined(group, now) for group in by_piece.values()]


def _joined(events: list[Event], now: datetime) -> Report:
    ticket = min((event.ticket for event in events), key=lambda ticket: ticket.opened_at)
    latest = max(events, key=lambda event: event.at)
    elapsed_ms = int((now - ticket.opened_at).total_seconds() * 1000)
    played = [part for event in events for part in event.played]
    believed = coverage.within(played, coverage.budget_ms(elapsed_ms), ticket.duration_ms)
    return Report(
        course_key=ticket.course_key,
        lesson_key=ticket.lesson_key,
        piece_id=ticket.piece_id,
        opened_at=ticket.opened_at,
        at=latest.at,
        cells=coverage.cells_of(believed, ticket.duration_ms),
        end_reached=any(event.end_reached for event in events),
        duration_ms=ticket.duration_ms,
        position_ms=latest.position_ms,
    )
