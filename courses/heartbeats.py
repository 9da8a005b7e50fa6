"""What the lesson page's player reports, made into what may be believed."""

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from courses import coverage, tickets
from courses.progress import Report
from courses.tickets import Ticket

MOST_EVENTS = 200
MOST_RANGES = 200
MILLISECOND = timedelta(milliseconds=1)
READY = 3  # HTMLMediaElement.HAVE_FUTURE_DATA: there was something to play


class BadReport(ValueError):
    """The report is not in the shape that the player sends."""


@dataclass(frozen=True)
class Event:
    """One report of the player about one piece, as far as it can be believed.

    Nothing in it depends on when or how often it arrives: ``at`` is when it happened, by the page's own count
    from the moment the server wrote the page; ``cells`` are what can have been played since then.
    """

    ticket: Ticket
    cells: int
    position_ms: int
    furthest_ms: int
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
    most_ms = max(0, (now - ticket.opened_at) // MILLISECOND)
    elapsed_ms = min(most_ms, max(0, int(raw["at"]) - round(ticket.opened_at.timestamp() * 1000)))
    believed = coverage.within(ranges, coverage.budget_ms(elapsed_ms), ticket.duration_ms)
    return Event(
        ticket,
        cells=coverage.cells_of(believed, ticket.duration_ms),
        position_ms=min(max(0, int(raw.get("position", 0))), ticket.duration_ms),
        furthest_ms=max((to for _since, to in believed), default=0),
        end_reached=ready and raw.get("ended") is True,
        at=ticket.opened_at + elapsed_ms * MILLISECOND,
    )


def reports_of(events: list[Event]) -> list[Report]:
    """Join the events of each piece into one report; the order of ``events`` does not matter."""
    by_piece: dict[tuple[uuid.UUID, uuid.UUID], list[Event]] = defaultdict(list)
    for event in events:
        by_piece[event.ticket.lesson_key, event.ticket.piece_id].append(event)
    return [_joined(group) for group in by_piece.values()]


def _joined(events: list[Event]) -> Report:
    first = min((event.ticket for event in events), key=lambda ticket: ticket.opened_at)
    latest = max(events, key=lambda event: (event.at, event.position_ms))
    return Report(
        course_key=first.course_key,
        lesson_key=first.lesson_key,
        piece_id=first.piece_id,
        opened_at=first.opened_at,
        at=latest.at,
        cells=reduce(or_, (event.cells for event in events)),
        end_reached=any(event.end_reached for event in events),
        duration_ms=max(event.ticket.duration_ms for event in events),
        position_ms=latest.position_ms,
        furthest_ms=max(event.furthest_ms for event in events),
    )
