"""What stands in the tables for a set of providers and services, each table read once."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import ceil, floor
from typing import Any, NamedTuple, TypeAlias

from bookable.availability.excluding import NOTHING, Excluded
from bookable.catalog.models import Provider, Service
from bookable.schedule.models import Session
from bookable.schedule.reads import (
    BUSY,
    CLAIM,
    LAPSED,
    OFF,
    SESSION_FIELDS,
    WEEKLY,
    hours_rows,
    session_rows,
    taken_rows,
)
from bookable.timeline.intervals import Interval
from bookable.timeline.openings import DayNumber, days_around
from bookable.timeline.zones import DAY, date_of, reading_of, to_datetime

_DAY_LIMITS = ("max_per_day", "max_per_week", "max_per_provider_day", "max_per_provider_week")
#: The longest stretch that a weekly limit needs to see around a moment, in any zone.
_LIMIT_MARGIN = 9 * DAY


class HoursRow(NamedTuple):
    """Hours on the wall: of a weekday within a validity, or of the one date `first`."""

    location: int | None
    opens: int
    closes: int
    weekday: int | None
    first: DayNumber | None
    last: DayNumber | None


class DateRow(NamedTuple):
    """What is said about one date."""

    kind: str
    location: int | None
    opens: int | None
    closes: int | None
    note: str


class SessionRow(NamedTuple):
    """A live session with the providers who serve in it."""

    session: Session
    start: int
    end: int
    providers: frozenset[int]


@dataclass
class Hours:
    weekly: dict[int, list[HoursRow]] = field(default_factory=lambda: defaultdict(list))
    dates: dict[int | None, dict[DayNumber, list[DateRow]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


#: (unit, start, end) in whole epoch seconds.
TakenRow: TypeAlias = tuple[int | None, int, int]
Taken: TypeAlias = Mapping[str, Mapping[int | None, Sequence[TakenRow]]]


class Diary:
    """Reads lazily: a rule set that never asks for sessions costs no query for them."""

    def __init__(
        self,
        providers: Iterable[Provider],
        services: Sequence[Service],
        *,
        using: str,
        low: int,
        high: int,
        now: datetime,
        exclude: Excluded = NOTHING,
        every_session: bool = False,
    ) -> None:
        self.providers = sorted({provider.pk for provider in providers})
        self.services = services
        self.using = using
        self.low, self.high = low, high
        self.now = now
        self.exclude = exclude
        self.every_session = every_session
        self._taken: dict[Interval, Taken] = {}
        self._lapsed: dict[int, set[int]] = defaultdict(set)

    @cached_property
    def hours(self) -> Hours:
        days = days_around(self.low, self.high)
        rows = hours_rows(
            self.using, self.providers, date_of(days[0] * DAY), date_of(days[-1] * DAY)
        )
        found = Hours()
        for provider, location, opens, closes, kind, note, weekday, first, last in rows:
            begins = None if first is None else reading_of(first) // DAY
            if kind == WEEKLY:
                ends = None if last is None else reading_of(last) // DAY
                found.weekly[provider].append(
                    HoursRow(location, opens, closes, weekday, begins, ends)
                )
            elif begins is not None:
                row = DateRow(kind, location, opens, closes, note)
                found.dates[provider][begins].append(row)
        return found

    def taken(self, low: int, high: int) -> Taken:
        """What touches [low, high), and perhaps more, by what it is and whom it takes."""
        for (known_low, known_high), found in self._taken.items():
            if known_low <= low and high <= known_high:
                return found
        self._taken[low, high] = self._read_taken(low, high)
        return self._taken[low, high]

    def around(self, low: int, high: int) -> Diary:
        """The same diary with what it has read narrowed down to [low, high)."""
        taken = self.taken(low, high)
        narrow = copy(self)
        narrow.hours, narrow.sessions = self.hours, self._sessions_around(low, high)
        narrow._taken = {(low, high): {what: _within(taken[what], low, high) for what in taken}}
        return narrow

    def _sessions_around(self, low: int, high: int) -> Mapping[int, Sequence[SessionRow]]:
        low, high = low - _LIMIT_MARGIN, high + _LIMIT_MARGIN
        found = {}
        for service, rows in self.sessions.items():
            first = bisect_left(rows, low, key=lambda row: row.start)
            found[service] = rows[first : bisect_left(rows, high, key=lambda row: row.start)]
        return found

    def _read_taken(self, low: int, high: int) -> Taken:
        rows = taken_rows(
            self.using,
            self.providers,
            to_datetime(low),
            to_datetime(high),
            now=self.now,
            exclude=self.exclude.sessions,
            bookings=self.exclude.bookings,
            lanes=self.exclude.lanes,
        )
        found: dict[str, dict[int | None, list[TakenRow]]] = {
            what: defaultdict(list) for what in (CLAIM, BUSY, OFF)
        }
        for what, provider, unit, start, end, session in rows:
            if what == LAPSED:
                self._lapsed[provider].add(session)
            else:
                found[what][provider].append((unit, start, end))
        return found

    def lapsed(self, providers: Iterable[int], low: int, high: int) -> set[int]:
        """Sessions of these providers whose holds have run out, though nobody released them yet:
        those that touch [low, high), and perhaps more."""
        self.taken(low, high)
        return {session for provider in providers for session in self._lapsed[provider]}

    @cached_property
    def sessions(self) -> Mapping[int, Sequence[SessionRow]]:
        """The live sessions of each service, in order of their start."""
        limited = any(getattr(service, name) for service in self.services for name in _DAY_LIMITS)
        margin = _LIMIT_MARGIN if limited else 0
        rows = session_rows(
            self.using,
            [service.pk for service in self.services],
            to_datetime(self.low - margin),
            to_datetime(self.high + margin),
            now=self.now,
            only_with_room=not (limited or self.every_session),
            bookings=self.exclude.bookings,
        )
        return self._group(rows)

    def _group(self, rows: Iterable[Sequence[Any]]) -> Mapping[int, Sequence[SessionRow]]:
        sessions: dict[int, Session] = {}
        live: dict[int, set[int]] = {}
        claimed: set[int] = set()
        for *values, given_back, provider, released_at, expires_at in rows:
            key = values[0]
            if key not in sessions:
                sessions[key] = Session.from_db(self.using, SESSION_FIELDS, values)
                live[key] = set()
                if given_back:
                    sessions[key].lapsed_seats = given_back
            if provider is None:
                continue
            claimed.add(key)
            if released_at is None and (expires_at is None or expires_at > self.now):
                live[key].add(provider)
        found: dict[int, list[SessionRow]] = {service.pk: [] for service in self.services}
        for key, session in sessions.items():
            # a session all of whose claims have run out was a hold that nobody took up
            stands = live[key] or key not in claimed or session.opened_by_staff
            if stands and key not in self.exclude.sessions:
                start, end = inside(session.start, session.end)
                row = SessionRow(session, start, end, frozenset(live[key]))
                found[session.service_id].append(row)
        return found


def _within(
    taken: Mapping[int | None, Sequence[TakenRow]], low: int, high: int
) -> Mapping[int | None, Sequence[TakenRow]]:
    return {
        provider: [row for row in rows if row[2] > low and row[1] < high]
        for provider, rows in taken.items()
    }


def inside(start: datetime, end: datetime) -> Interval:
    """An interval of whole seconds around two datetimes, never shorter than they are."""
    return floor(start.timestamp()), ceil(end.timestamp())


def intervals_of(rows: Iterable[TakenRow]) -> list[Interval]:
    """The intervals of what is taken, in order."""
    return sorted([(start, end) for _unit, start, end in rows])


__all__ = ["DateRow", "Diary", "Hours", "HoursRow", "SessionRow", "inside", "intervals_of"]
