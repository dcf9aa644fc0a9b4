"""Random worlds around real changes of the clock, and the rows that make them in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import strategies as st
from tests.availability.booked import make_booking
from tests.availability.oracle import (
    DAY,
    MINUTE,
    Hours,
    Meeting,
    Person,
    Span,
    Wanted,
    World,
    touches,
)

from bookable.catalog.models import Location, Need, Offering, Provider, Service
from bookable.schedule.models import (
    BusyTime,
    Claim,
    DateHours,
    Session,
    TimeOff,
    WeeklyHours,
)
from bookable.testing import freeze

#: Days on which something happens to the clock.
CHANGES = [
    ("Europe/London", (2024, 3, 31)),
    ("Europe/London", (2024, 10, 27)),
    ("America/New_York", (2024, 3, 10)),
    ("America/New_York", (2024, 11, 3)),
    ("Australia/Lord_Howe", (2024, 4, 7)),
    ("Australia/Lord_Howe", (2024, 10, 6)),
    ("Asia/Kathmandu", (1986, 1, 1)),
    ("Pacific/Apia", (2011, 12, 30)),
    ("Pacific/Apia", (2021, 4, 4)),
    ("Africa/Casablanca", (2024, 3, 10)),
    ("Africa/Casablanca", (2024, 4, 14)),
    ("America/St_Johns", (2010, 3, 14)),
    ("America/St_Johns", (2010, 11, 7)),
    ("America/St_Johns", (2024, 11, 3)),
    ("Asia/Tehran", (2022, 3, 22)),
    ("Asia/Tehran", (2022, 9, 22)),
    ("Europe/Dublin", (2024, 10, 27)),
    ("Antarctica/Troll", (2024, 3, 31)),
    ("America/Nuuk", (2023, 3, 26)),
    ("Pacific/Chatham", (2024, 9, 29)),
    ("UTC", (2024, 5, 15)),
]
ZONES = sorted({zone for zone, _day in CHANGES})

_numbers = count(1)


@dataclass(frozen=True)
class Puzzle:
    """A world and a window in which it is asked what can start."""

    world: World
    low: datetime
    high: datetime


a_length = st.sampled_from([1, 15, 30, 45, 60, 60, 90, 120, 480])
a_buffer = st.sampled_from([0, 0, 0, 1, 5, 10, 30])
a_step = st.sampled_from([None, None, 7, 10, 15, 20, 30, 45, 50, 60, 90, 420])
a_duration = st.sampled_from([7, 15, 30, 45, 60, 60, 90, 120, 600])


@st.composite
def walltimes(draw: st.DrawFn, shortest: int = 30) -> dict[str, int]:
    """Hours that may run past midnight and for more than a day."""
    opens = draw(st.integers(0, 95)) * 15 + draw(st.sampled_from([0, 0, 0, 7]))
    most = 2880 - opens
    lengths = [1440, 600, 30, 60, 180, 240, 480, 720, 1600, most]
    length = draw(st.sampled_from([each for each in lengths if each >= shortest]))
    return {"opens": opens, "closes": opens + min(length, most)}


@st.composite
def weeks(draw: st.DrawFn, today: datetime, shortest: int = 30) -> tuple[Hours, ...]:
    """Hours of every day, and some of single weekdays that may be valid for a while only."""
    many = draw(st.sampled_from([1, 1, 1, 2] if shortest > 30 else [1, 1, 1, 2, 0]))
    every = [draw(walltimes(shortest)) for _ in range(many)]
    rows = [Hours(weekday=day, **hours) for hours in every for day in range(7)]
    for _ in range(draw(st.integers(0, 1 if every else 3))):
        near = today.date() + draw(st.integers(-2, 2)) * DAY
        limits = draw(st.sampled_from([{}, {}, {"first": near}, {"last": near}]))
        weekday = (today.weekday() + draw(st.integers(-2, 2))) % 7
        rows.append(Hours(weekday=weekday, **draw(walltimes()), **limits))
    return tuple(rows)


@st.composite
def dated(draw: st.DrawFn, today: datetime) -> Hours:
    day = today.date() + draw(st.integers(-2, 2)) * DAY
    kind = draw(st.sampled_from(["closed", "instead", "extra"]))
    return Hours(day=day, kind=kind, **({} if kind == "closed" else draw(walltimes())))


@st.composite
def spans(draw: st.DrawFn, low: datetime) -> Span:
    """A stretch of time near the window, at odd seconds now and then."""
    start = low + draw(st.integers(-300, 2400)) * MINUTE
    start += timedelta(seconds=draw(st.sampled_from([0, 0, 0, 31, 59])))
    length = draw(a_length) * MINUTE + timedelta(seconds=draw(st.sampled_from([0, 0, 1])))
    if draw(st.integers(0, 59)) == 59:
        start -= 800 * DAY
        length += 803 * DAY
    return start, start + length


def some(thing: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(thing, max_size=most).map(tuple)


@st.composite
def people(
    draw: st.DrawFn, today: datetime, low: datetime, *, shortest: int = 30, **fields: Any
) -> Person:
    """Somebody who has much to do, or who is mostly free if no hours are short."""
    zone = draw(st.sampled_from([today.tzinfo.key, today.tzinfo.key, *ZONES]))  # type: ignore[union-attr]
    return Person(
        zone=zone,
        week=draw(weeks(today, shortest)),
        dates=draw(some(dated(today), 2 if shortest == 30 else 1)),
        off=draw(some(spans(low), 1)),
        busy=draw(some(spans(low), 3)),
        **fields,
    )


@st.composite
def placed(draw: st.DrawFn, person: Person) -> Person:
    """Somebody who is at one place, or whose hours say where, or who doesn't care.

    Nobody has hours with and without a place, which would contradict each other where they meet.
    """
    if draw(st.booleans()):
        return replace(person, place=draw(st.sampled_from([None, 1, 2])))
    by_hours: dict[tuple[int | None, int | None], int | None] = {}
    for row in (*person.week, *person.dates):
        key = (row.opens, row.closes)
        if row.kind != "closed" and key not in by_hours:
            by_hours[key] = draw(st.sampled_from([1, 2]))
    week = tuple(replace(row, place=by_hours[row.opens, row.closes]) for row in person.week)
    dates = tuple(replace(row, place=by_hours.get((row.opens, row.closes))) for row in person.dates)
    return replace(person, week=week, dates=dates)


@st.composite
def windows(draw: st.DrawFn) -> tuple[datetime, datetime, datetime]:
    """Noon of a day on which the clock changes, and a window around it."""
    zone, day = draw(st.sampled_from(CHANGES))
    today = datetime(*day, 12, tzinfo=ZoneInfo(zone))
    low = today.astimezone(UTC) - draw(st.integers(6, 40)) * 60 * MINUTE
    low += draw(st.integers(0, 59)) * MINUTE
    return today, low, low + draw(st.integers(4, 44)) * 60 * MINUTE


@st.composite
def worlds(draw: st.DrawFn, flavour: str = "alone") -> Puzzle:
    """A random world: one person alone, a pool, needs that overlap, places, limits and sessions."""
    today, low, high = draw(windows())
    many = {"alone": 1, "pool": 3, "needs": 4, "places": 3, "classes": 3}[flavour]
    has_durations = flavour == "pool"
    folk = tuple(
        draw(
            people(
                today,
                low,
                shortest=480 if flavour in ("needs", "places") else 30,
                units=draw(st.sampled_from([1, 1, 1, 2])) if flavour != "alone" else 1,
                duration=draw(st.sampled_from([None, None, 30, 45])) if has_durations else None,
            )
        )
        for _ in range(many)
    )
    capacity = draw(st.integers(1, 3)) if flavour in ("needs", "classes") else 1
    fields: dict[str, Any] = {
        "now": low - draw(st.sampled_from([DAY, 30 * DAY, DAY, -300 * MINUTE])),
        "zone": draw(st.sampled_from([today.tzinfo.key, *ZONES])),  # type: ignore[union-attr]
        "duration": draw(a_duration),
        "step": draw(a_step),
        "before": draw(a_buffer),
        "after": draw(a_buffer),
        "dates": draw(some(dated(today), 2)),
        "off": draw(some(spans(low), 1)) if draw(st.integers(0, 4)) == 0 else (),
        "notice": draw(st.sampled_from([0, 0, 0, 1, 90, 1500])),
        "horizon": draw(st.sampled_from([90, 90, 90, 31, 2])),
        "capacity": capacity,
    }
    if flavour == "places":
        folk = tuple(draw(placed(person)) for person in folk)
        fields["dates"] = tuple(row for row in fields["dates"] if row.kind == "closed")
    if flavour == "classes":
        fields |= draw(limits(today))
    if flavour in ("alone", "pool"):
        needs: tuple[Wanted, ...] = (Wanted(tuple(range(many))),)
    else:
        needs = draw(needs_of(many, per_seat=capacity > 1))
    world = World(people=folk, needs=needs, **fields)
    meetings = apart(world, draw(some(meetings_of(world, low), 4)))
    return Puzzle(replace(world, meetings=meetings), low, high)


@st.composite
def limits(draw: st.DrawFn, today: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("max_per_day", "max_per_week", "max_per_provider_day", "max_per_provider_week"):
        found[name] = draw(st.sampled_from([None, None, 1, 2]))
    found["first"] = draw(st.sampled_from([None, None, today.date()]))
    found["last"] = draw(st.sampled_from([None, None, today.date()]))
    return found


@st.composite
def needs_of(draw: st.DrawFn, many: int, *, per_seat: bool) -> tuple[Wanted, ...]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        who = draw(st.lists(st.integers(0, many - 1), min_size=1, max_size=many, unique=True))
        quantity = draw(st.sampled_from([1, 1, 1, 1, 2, None if len(who) < 3 else 1]))
        each = per_seat and draw(st.booleans())
        found.append(Wanted(tuple(sorted(who)), quantity, each))
    return tuple(found)


@st.composite
def meetings_of(draw: st.DrawFn, world: World, low: datetime) -> Meeting:
    start = low + draw(st.integers(-20, 160)) * 15 * MINUTE
    who = draw(st.lists(st.integers(0, len(world.people) - 1), min_size=1, max_size=2, unique=True))
    capacity = draw(st.integers(1, 3))
    taken = draw(st.integers(0, capacity))
    return Meeting(
        start=start,
        end=start + draw(st.sampled_from([world.duration, 30, 75])) * MINUTE,
        lanes=tuple(
            (one, draw(st.integers(0, world.people[one].units - 1))) for one in sorted(who)
        ),
        is_ours=draw(st.booleans()),
        capacity=capacity,
        taken=taken,
        lapsed=draw(st.integers(0, taken)) if capacity > 1 else 0,
        expires=draw(st.sampled_from([None, None, world.now, world.now - MINUTE, world.now + DAY])),
        is_released=draw(st.sampled_from([False, False, False, True])),
    )


def apart(world: World, meetings: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """Those that no earlier one keeps from its lanes: nobody can be booked twice at once."""
    found: list[Meeting] = []
    for meeting in meetings:
        start, end = claimed(world, meeting)
        taken = {
            lane
            for other in found
            if not other.is_released and touches(claimed(world, other), start, end)
            for lane in other.lanes
        }
        if meeting.is_released or not taken.intersection(meeting.lanes):
            found.append(meeting)
    return tuple(found)


def claimed(world: World, meeting: Meeting) -> Span:
    """The time that a meeting takes of its lanes, buffers included."""
    before, after = (world.before, world.after) if meeting.is_ours else (0, 0)
    return meeting.start - before * MINUTE, meeting.end + after * MINUTE


class Built:
    """The rows of a world, and the keys by which a question names them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.places = self._places()
        self.service = Service.objects.create(
            name="Consultation", slug=f"service-{next(_numbers)}", **_service_fields(world)
        )
        self.providers = Provider.objects.bulk_create(map(self._provider, world.people))
        self._hours()
        self._absences()
        self._needs()
        self.sessions = self._sessions()

    def _places(self) -> dict[int | None, Location | None]:
        rows = [row for one in self.world.people for row in (*one.week, *one.dates)]
        keys = {row.place for row in rows} | {one.place for one in self.world.people}
        found: dict[int | None, Location | None] = {None: None}
        for key in keys - {None}:
            found[key] = Location.objects.create(
                name=f"Place {key}", slug=f"place-{next(_numbers)}", zone="UTC"
            )
        return found

    def _provider(self, person: Person) -> Provider:
        number = next(_numbers)
        return Provider(
            name=f"Provider {number}",
            slug=f"provider-{number}",
            zone=person.zone,
            units=person.units,
            location=self.places[person.place],
            is_active=person.is_active,
            is_approved=person.is_approved,
            accepts_from=person.accepts_from,
            accepts_until=person.accepts_until,
        )

    def _hours(self) -> None:
        weekly = [
            WeeklyHours(
                provider=provider,
                weekday=row.weekday,
                opens=row.opens,
                closes=row.closes,
                valid_from=row.first,
                valid_until=row.last,
                location=self.places[row.place],
            )
            for provider, person in self._pairs()
            for row in person.week
        ]
        WeeklyHours.objects.bulk_create(weekly)
        everybody = [*self._pairs(), (None, Person(dates=self.world.dates))]
        DateHours.objects.bulk_create(
            DateHours(
                provider=provider,
                date=row.day,
                kind=row.kind,
                opens=row.opens,
                closes=row.closes,
                location=self.places[row.place],
            )
            for provider, person in everybody
            for row in person.dates
        )

    def _absences(self) -> None:
        everybody = [*self._pairs(), (None, Person(off=self.world.off))]
        TimeOff.objects.bulk_create(
            TimeOff(provider=provider, start=start, end=end)
            for provider, person in everybody
            for start, end in person.off
        )
        BusyTime.objects.bulk_create(
            BusyTime(provider=provider, start=start, end=end)
            for provider, person in self._pairs()
            for start, end in person.busy
        )

    def _needs(self) -> None:
        first, *others = self.world.needs
        Offering.objects.bulk_create(
            Offering(
                service=self.service,
                provider=self.providers[one],
                duration=self.world.people[one].duration,
            )
            for one in first.who
        )
        if not others and first == Wanted(first.who):
            return
        for position, need in enumerate(self.world.needs):
            row = Need.objects.create(
                service=self.service,
                position=position,
                quantity=need.quantity,
                per_seat=need.per_seat,
            )
            row.providers.set([self.providers[one] for one in need.who])

    def _sessions(self) -> list[Session]:
        if not self.world.meetings:
            return []
        other = Service.objects.create(name="Other", slug=f"service-{next(_numbers)}", zone="UTC")
        rows = [
            Session(
                service=self.service if one.is_ours else other,
                start=one.start,
                end=one.end,
                utc_offset=0,
                zone="UTC",
                capacity=one.capacity,
                seats_taken=one.taken,
                released_at=self.world.now if one.is_released else None,
            )
            for one in self.world.meetings
        ]
        sessions = Session.objects.bulk_create(rows)
        Claim.objects.bulk_create(self._claims(sessions))
        for session, meeting in zip(sessions, self.world.meetings, strict=True):
            if meeting.lapsed:
                make_booking(session, meeting.lapsed, held_until=self.world.now)
        return sessions

    def _claims(self, sessions: Sequence[Session]) -> Iterator[Claim]:
        for session, meeting in zip(sessions, self.world.meetings, strict=True):
            start, end = claimed(self.world, meeting)
            for person, unit in meeting.lanes:
                yield Claim(
                    session=session,
                    provider=self.providers[person],
                    unit=unit,
                    start=start,
                    end=end,
                    expires_at=meeting.expires,
                    released_at=session.released_at,
                )

    def _pairs(self) -> list[tuple[Provider | None, Person]]:
        return list(zip(self.providers, self.world.people, strict=True))


def _service_fields(world: World) -> dict[str, Any]:
    return {
        "zone": world.zone,
        "duration": world.duration,
        "slot_interval": world.step,
        "buffer_before": world.before,
        "buffer_after": world.after,
        "min_notice": world.notice,
        "horizon_days": world.horizon,
        "capacity": world.capacity,
        "bookable_from": world.first,
        "bookable_until": world.last,
        "max_per_day": world.max_per_day,
        "max_per_week": world.max_per_week,
        "max_per_provider_day": world.max_per_provider_day,
        "max_per_provider_week": world.max_per_provider_week,
    }


@contextmanager
def built(world: World) -> Iterator[Built]:
    """The world in the database and on the clock, for as long as it is looked at."""
    with transaction.atomic(), freeze(world.now):
        yield Built(world)
        transaction.set_rollback(True)
