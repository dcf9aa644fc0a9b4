"""Times as people write them, on a Monday that the tests speak about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bookable.catalog.models import Service
from bookable.timeline.walltime import parse_walltime

SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def at(text: str, day: date = MONDAY) -> datetime:
    """“10:00” in UTC."""
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    return midnight + parse_walltime(text) * MINUTE


def times(
    service: Service, *, day: date = MONDAY, days: int = 1, zone: str = "UTC", **asked: Any
) -> list[str]:
    """The starts on a day (or several) as a clock on the wall shows them."""
    found = service.slots(at("00:00", day), at("00:00", day) + days * DAY, **asked)
    return [f"{slot.start.astimezone(ZoneInfo(zone)):%H:%M}" for slot in found]


def names(service: Service, text: str, **asked: Any) -> list[str]:
    """Who can take the start at this time."""
    (slot,) = service.slots(at(text), at(text) + MINUTE, **asked)
    return [provider.name for provider in slot.providers]
