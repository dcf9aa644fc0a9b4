"""An IANA zone as pieces of constant offset, and the way between wall clock and instant.

A *reading* is what the clock on the wall shows, counted as seconds since 1970-01-01 00:00 on that
same wall. Within a piece, reading = instant + offset. Where the clock is put forward, readings are
missing; where it is put back, readings come twice. Nothing here guesses: `instants` returns none,
one or two of them, and `instant` is the one documented choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bookable.timeline.intervals import Interval, union

DAY = 86_400
_EPOCH = date(1970, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


class NoSuchZone(ValueError):
    """The name is not in the IANA time zone database."""

    def __init__(self, name: object) -> None:
        self.name = name
        super().__init__(f"“{name}” is not a time zone of the IANA database.")


class Segment(NamedTuple):
    """A stretch of instants [start, end) over which the zone keeps one offset from UTC."""

    start: int
    end: int
    offset: int


def zone_info(name: str) -> ZoneInfo:
    """The zone of that name, or NoSuchZone."""
    try:
        return _zone_info(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:
        raise NoSuchZone(name) from error


_zone_info = lru_cache(maxsize=1024)(ZoneInfo)


def offset_at(zone: str, instant: int) -> int:
    """Seconds east of UTC at that instant."""
    offset = datetime.fromtimestamp(instant, zone_info(zone)).utcoffset()
    if offset is None:  # pragma: no cover - a ZoneInfo always knows its offset
        raise NoSuchZone(zone)
    return offset // timedelta(seconds=1)


def segments(zone: str, low: int, high: int) -> Iterator[Segment]:
    """The constant pieces that touch [low, high), in order; the outer ones are not clipped."""
    first = max(_year_of(low), _FIRST_YEAR)
    last = min(_year_of(max(low, high - 1)), _LAST_YEAR)
    pending: Segment | None = None
    for year in range(first, last + 1):
        for piece in _segments_of_year(zone, year):
            if pending is None:
                pending = piece
            elif pending.offset == piece.offset:
                pending = Segment(pending.start, piece.end, piece.offset)
            else:
                if pending.end > low and pending.start < high:
                    yield pending
                pending = piece
    if pending is not None and pending.end > low and pending.start < high:
        yield pending


def instants(zone: str, reading: int) -> tuple[int, ...]:
    """Every instant at which the wall clock shows this reading: none, one or two."""
    found = {
        reading - piece.offset
        for piece in segments(zone, reading - 2 * DAY, reading + 2 * DAY)
        if piece.start <= reading - piece.offset < piece.end
    }
    return tuple(sorted(found))


def instant(zone: str, reading: int) -> int:
    """The instant meant by a reading that a person wrote down.

    A reading that comes twice means its first instant; a missing one means the moment at which
    the clock was put forward.
    """
    found = instants(zone, reading)
    if found:
        return found[0]
    return next(
        piece.start
        for piece in segments(zone, reading - 2 * DAY, reading + 2 * DAY)
        if piece.start + piece.offset > reading
    )


def open_during(zone: str, low_reading: int, high_reading: int) -> list[Interval]:
    """All instants whose wall-clock reading lies in [low_reading, high_reading)."""
    pieces = segments(zone, low_reading - 2 * DAY, high_reading + 2 * DAY)
    return union(
        (max(piece.start, low_reading - piece.offset), min(piece.end, high_reading - piece.offset))
        for piece in pieces
    )


def reading_of(moment: date | datetime) -> int:
    """The reading of a naive datetime or of the midnight that begins a date."""
    if isinstance(moment, datetime):
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return reading_of(moment.date()) + seconds
    return (moment - _EPOCH).days * DAY


def date_of(reading: int) -> date:
    """The calendar date of a reading."""
    return _EPOCH + timedelta(days=reading // DAY)


def local_date(zone: str, instant: int) -> date:
    """The date on the wall calendar at that instant."""
    return date_of(instant + offset_at(zone, instant))


def day_bounds(zone: str, day: date) -> list[Interval]:
    """The instants that belong to a date: none where the zone skipped it, two where the clock was
    put back over midnight, one interval else.
    """
    midnight = reading_of(day)
    return open_during(zone, midnight, midnight + DAY)


def dates_during(
    zone: str, first: date | None, last: date | None, low: int, high: int
) -> list[Interval]:
    """The instants of all dates from first to last, as far as [low, high) needs them."""
    begins = low - 2 * DAY if first is None else reading_of(first)
    ends = high + 2 * DAY if last is None else reading_of(last) + DAY
    return open_during(zone, max(begins, low - 2 * DAY), min(ends, high + 2 * DAY))


def to_datetime(instant: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return datetime.fromtimestamp(instant, UTC)


@lru_cache(maxsize=4096)
def _segments_of_year(zone: str, year: int) -> tuple[Segment, ...]:
    low = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    high = int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    pieces, start, offset = [], low, offset_at(zone, low)
    # one probe a day: no zone has ever kept an offset for less
    for probe in range(low + DAY, high + DAY, DAY):
        instant = min(probe, high)
        if (found := offset_at(zone, instant)) != offset:
            change = _change_between(zone, instant - DAY, instant, found)
            pieces.append(Segment(start, change, offset))
            start, offset = change, found
    if start < high:
        pieces.append(Segment(start, high, offset))
    return tuple(pieces)


def _change_between(zone: str, low: int, high: int, after: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == after:
            high = middle
        else:
            low = middle
    return high


def _year_of(instant: int) -> int:
    return datetime.fromtimestamp(instant, UTC).year
