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
from bookable.timeline.zones import day_bounds, local_date

#: Beyond every instant, so that bisecting finds the stretch that begins at a start.
LATER = 1 << 62


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
    # one date more at each end: a clock put back across midnight reads them in between
    dates = [first + timedelta(days=number) for number in range(-1, (last - first).days + 2)]
    counts = dict.fromkeys(dates, 0)
    calendar = _calendar(zone, dates)
    for _length, ranges in Engine(ask(service, low, high, **asked)).starts():
        _count(ranges, calendar, counts)
    return [Day(day, many) for day, many in counts.items() if many or first <= day <= last]


def _calendar(zone: str, dates: Iterable[date]) -> list[tuple[int, int, date]]:
    """Which instants belong to which date. A date that the zone skipped has none; one may have
    two stretches, where the clock is put back across midnight."""
    return sorted((low, high, day) for day in dates for low, high in day_bounds(zone, day))


def _count(
    ranges: Iterable[range], calendar: Sequence[tuple[int, int, date]], counts: dict[date, int]
) -> None:
    for starts in ranges:
        rest = starts
        at = bisect_right(calendar, (rest[0], LATER)) - 1
        while rest:
            _low, high, day = calendar[at]
            within = len(range(rest.start, min(high, rest.stop), rest.step))
            counts[day] += within
            rest, at = rest[within:], at + 1
