"""Hours on the wall, turned into instants at which one is open and starts are offered.

An instant is open if and only if its wall-clock reading lies inside the hours; a start is on the
grid if and only if its reading is a whole number of steps after the opening it belongs to. There
is no other rule for days on which the clock changes, and none is needed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from bookable.timeline.intervals import Interval, Intervals, subtraction, union
from bookable.timeline.zones import DAY, Segment, segments

#: (start, end, anchor): open during [start, end); the grid of starts runs through the anchor.
Opening: TypeAlias = tuple[int, int, int]

#: (opens, closes) in minutes after midnight of the day on which the hours begin.
WallHours: TypeAlias = tuple[int, int]

#: Days since 1970-01-01 on the wall calendar.
DayNumber: TypeAlias = int

# hours begin at most two days before the moment they cover, and zones differ by up to a day
_LOOK_BACK, _LOOK_AHEAD = 3, 2


def days_around(low: int, high: int) -> range:
    """Every day, in any zone, on which hours may begin that touch [low, high)."""
    return range(low // DAY - _LOOK_BACK, high // DAY + _LOOK_AHEAD + 1)


def weekday(day: DayNumber) -> int:
    """0 is Monday, as in `date.weekday()`."""
    return (day + 3) % 7


def openings(zone: str, hours: Iterable[tuple[DayNumber, WallHours]]) -> list[Opening]:
    """The openings of these days, in the order in which they are given."""
    readings = [(day * DAY + opens * 60, day * DAY + closes * 60) for day, (opens, closes) in hours]
    return from_readings(zone, readings)


def from_readings(zone: str, readings: Sequence[Interval]) -> list[Opening]:
    """Stretches of wall clock as openings: one each, more where the clock changes inside."""
    if not readings:
        return []
    low, high = min(readings)[0] - 2 * DAY, max(end for _start, end in readings) + 2 * DAY
    pieces = list(segments(zone, low, high))
    found: list[Opening] = []
    calm_from, calm_until, offset = 0, 0, 0
    for start, end in readings:
        if not (calm_from <= start and end <= calm_until):
            home = _piece_around(pieces, start)
            offset = home.offset
            # a day away from any change of the clock, no other piece can show these readings
            calm_from, calm_until = home.start + offset + DAY, home.end + offset - DAY
            if not (calm_from <= start and end <= calm_until):
                found.extend(_cut(pieces, start, end))
                continue
        found.append((start - offset, end - offset, start - offset))
    return found


def from_instants(zone: str, intervals: Intervals) -> list[Opening]:
    """Stretches of real time as openings whose starts are counted on the wall clock."""
    found: list[Opening] = []
    for start, end in intervals:
        first_offset: int | None = None
        for piece in segments(zone, start, end):
            if first_offset is None:
                first_offset = piece.offset
            anchor = start + first_offset - piece.offset
            found.append((max(start, piece.start), min(end, piece.end), anchor))
    return found


def open_time(pieces: Iterable[Opening]) -> list[Interval]:
    """All time that is open, whichever opening it belongs to."""
    return union((start, end) for start, end, _anchor in pieces)


def owned(pieces: Iterable[Opening]) -> list[Opening]:
    """The same openings without overlap: where two meet, the one that begins later takes over."""
    ordered = sorted(pieces)
    if all(left[1] <= right[0] for left, right in itertools.pairwise(ordered)):
        return ordered
    ordered.sort(key=lambda piece: (piece[2], piece))
    mine: list[Opening] = []
    for index, (start, end, anchor) in enumerate(ordered):
        later = union((other[0], other[1]) for other in ordered[index + 1 :] if other[0] < end)
        mine.extend((low, high, anchor) for low, high in subtraction([(start, end)], later))
    return sorted(mine)


def grid(pieces: Sequence[Opening], startable: Intervals, step: int) -> list[range]:
    """The starts on the grid of these owned openings that lie in `startable`."""
    found: list[range] = []
    index, count = 0, len(startable)
    for start, end, anchor in pieces:
        while index < count and startable[index][1] <= start:
            index += 1
        for at in range(index, count):
            low, high = startable[at]
            if low >= end:
                break
            low, high = max(low, start), min(high, end)
            first = low + (anchor - low) % step
            if first < high:
                found.append(range(first, high, step))
    return found


def _piece_around(pieces: Sequence[Segment], reading: int) -> Segment:
    return next(piece for piece in pieces if reading < piece.end + piece.offset)


def _cut(pieces: Sequence[Segment], low: int, high: int) -> list[Opening]:
    found: list[Opening] = []
    for start, end, offset in pieces:
        anchor = low - offset
        first, last = max(start, anchor), min(end, high - offset)
        if first < last:
            found.append((first, last, anchor))
    return found
