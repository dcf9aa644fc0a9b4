"""An independent oracle: walks real time minute by minute and reads the clock on the wall.

It knows `datetime` and `zoneinfo` and nothing of the library, so that both can't share a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3_600, 86_400
ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)
_MIDNIGHT_1970 = datetime(1970, 1, 1)  # noqa: DTZ001 - a reading has no zone


def utc(*parts: int) -> int:
    """The instant of a UTC date and time."""
    return int(datetime(*parts, tzinfo=UTC).timestamp())


def offset(zone: str, instant: int) -> int:
    found = datetime.fromtimestamp(instant, ZoneInfo(zone)).utcoffset()
    assert found is not None
    return int(found.total_seconds())


def reading(zone: str, instant: int) -> int:
    """What the wall clock shows, in seconds since 1970-01-01 00:00 on that wall."""
    wall = datetime.fromtimestamp(instant, ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - _MIDNIGHT_1970) // timedelta(seconds=1)


def shown(zone: str, instant: int) -> str:
    """What a person standing there reads, such as “10 03:00 -0400”."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%d %H:%M %z")


def instants_showing(zone: str, wanted: int) -> list[int]:
    """Every instant of a reading, by way of the two folds of a datetime."""
    wall = _MIDNIGHT_1970 + timedelta(seconds=wanted)
    both = {int(wall.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) for fold in (0, 1)}
    return sorted(found for found in both if reading(zone, found) == wanted)


@cache
def changes(zone: str, first_year: int = 1970, last_year: int = 2036) -> tuple[int, ...]:
    """The first instant of every new offset in those years."""
    found = []
    for low in range(utc(first_year, 1, 1), utc(last_year + 1, 1, 1), DAY):
        before, after, high = offset(zone, low), offset(zone, low + DAY), low + DAY
        while before != after and high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(zone, middle) == after else (middle, high)  # noqa: PLW2901
        if before != after:
            found.append(high)
    return tuple(found)


def minutes(zone: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Every whole minute of [low, high) with its reading."""
    first = low + -low % MINUTE
    return ((instant, reading(zone, instant)) for instant in range(first, high, MINUTE))


def open_minutes(zone: str, hours: Sequence[tuple[int, int]], low: int, high: int) -> list[int]:
    """The minutes whose reading lies inside any of the hours."""
    return [
        instant
        for instant, at in minutes(zone, low, high)
        if any(opens <= at < closes for opens, closes in hours)
    ]


def grid_minutes(
    zone: str, hours: Sequence[tuple[int, int]], step: int, low: int, high: int
) -> list[int]:
    """The minutes a whole number of steps after the latest opening that holds them."""
    found = []
    for instant, at in minutes(zone, low, high):
        begun = max((opens for opens, closes in hours if opens <= at < closes), default=None)
        if begun is not None and (at - begun) % step == 0:
            found.append(instant)
    return found


def each_minute(intervals: Iterable[tuple[int, int]], low: int, high: int) -> list[int]:
    """The whole minutes of an answer within [low, high)."""
    return [
        instant
        for start, end in intervals
        for instant in range(max(start, low), min(end, high))[-max(start, low) % MINUTE :: MINUTE]
    ]
