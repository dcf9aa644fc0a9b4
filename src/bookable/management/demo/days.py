"""The days that lie ahead, on a zone's calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bookable.timeline import clock
from bookable.timeline.zones import instant, local_date, reading_of, to_datetime

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)


def days_ahead(count: int, zone: str) -> list[date]:
    """So many days, from tomorrow on."""
    today = local_date(zone, clock.now_instant())
    return [today + timedelta(days=number) for number in range(1, count + 1)]


def at(zone: str, day: date, hour: int) -> datetime:
    """The moment at which a clock on the wall shows this hour."""
    return to_datetime(instant(zone, reading_of(day) + hour * 3600))
