from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Unpack

from bookable.availability.answers import Day
from bookable.availability.asking import ask, checked_zone, window
from bookable.availability.engine import Engine
from bookable.availability.query import Asked
from bookable.catalog.models import Service
from bookable.timeline.zones import instant, local_date, reading_of


def days(
    service: Service,
    start: date | datetime,
    end: date | datetime,
    *,
    zone: str | None = None,
    **asked: Unpack[Asked],
) -> list[Day]:
    """The days of a zone's calendar that the period touches, each with its number of slots."""
    zone = checked_zone(zone or service.zone)
    low, high = window(service, start, end)
    first, last = local_date(zone, low), local_date(zone, high - 1)
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    midnights = [instant(zone, reading_of(day)) for day in dates]
    counts = [0] * len(dates)
    for _length, ranges in Engine(ask(service, low, high, **asked)).starts():
        _count(ranges, midnights, counts)
    return [Day(day, count) for day, count in zip(dates, counts, strict=True)]


def _count(ranges: Iterable[range], midnights: Sequence[int], counts: list[int]) -> None:
    """Adds the starts of each day; a date that the zone skipped begins where the next one does."""
    for starts in ranges:
        day = bisect_right(midnights, starts[0]) - 1
        rest = starts
        while rest:
            if day + 1 == len(midnights) or rest[-1] < midnights[day + 1]:
                counts[day] += len(rest)
                break
            within = len(range(rest.start, midnights[day + 1], rest.step))
            counts[day] += within
            rest, day = rest[within:], day + 1
