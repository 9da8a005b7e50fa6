"""Whose day it is: days begin and end where a person lives."""

import zoneinfo
from datetime import date, datetime
from typing import Any

from django.utils import timezone

FROM_HOUR, TO_HOUR = 8, 21


def by_day(local: datetime) -> bool:
    """Say whether ``local``, a moment where a person lives, is an hour at which she may be told something."""
    return FROM_HOUR <= local.hour < TO_HOUR


def zone_of(person: Any) -> zoneinfo.ZoneInfo:
    """Return the time zone of ``person``; UTC for one that this machine does not know."""
    return named_zone(person.time_zone)


def named_zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the time zone called ``name``; UTC for one that this machine does not know."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def today_of(person: Any, now: datetime | None = None) -> date:
    """Return the day that ``person`` has on her calendar ``now``."""
    return (now or timezone.now()).astimezone(zone_of(person)).date()
