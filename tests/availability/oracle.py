"""An independent oracle of availability: walks real time minute by minute and tries every team.

It is written from the sentences of the design with `datetime` and `zoneinfo` alone and knows
nothing of the library, so that both can't share a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import combinations, product
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

Span = tuple[datetime, datetime]
Lane = tuple[int, int]  # (number of the person, unit)


@dataclass(frozen=True)
class Hours:
    """Hours on the wall: every week on a weekday, or on one date if there is a `kind`."""

    opens: int | None = None
    closes: int | None = None
    weekday: int | None = None
    first: date | None = None
    last: date | None = None
    place: int | None = None
    day: date | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody, or something, with a calendar."""

    zone: str = "UTC"
    week: tuple[Hours, ...] = ()
    dates: tuple[Hours, ...] = ()
    off: tuple[Span, ...] = ()
    busy: tuple[Span, ...] = ()
    units: int = 1
    place: int | None = None
    duration: int | None = None
    is_active: bool = True
    is_approved: bool = True
    accepts_from: date | None = None
    accepts_until: date | None = None


@dataclass(frozen=True)
class Wanted:
    """So many of these people; quantity None means all of them."""

    who: tuple[int, ...]
    quantity: int | None = 1
    per_seat: bool = False


@dataclass(frozen=True)
class Meeting:
    """A session, of this service if it is ours, with the lanes that it has taken."""

    start: datetime
    end: datetime
    lanes: tuple[Lane, ...]
    is_ours: bool = True
    capacity: int = 1
    taken: int = 1
    lapsed: int = 0  # of the seats taken, those of holds that have run out
    expires: datetime | None = None
    is_released: bool = False


@dataclass(frozen=True)
class World:
    """Everything that decides, in minutes where it is a length."""

    now: datetime
    people: tuple[Person, ...]
    needs: tuple[Wanted, ...]
    meetings: tuple[Meeting, ...] = ()
    dates: tuple[Hours, ...] = ()
    off: tuple[Span, ...] = ()
    zone: str = "UTC"
    duration: int = 60
    step: int | None = None
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon: int = 90
    capacity: int = 1
    first: date | None = None
    last: date | None = None
    max_per_day: int | None = None
    max_per_week: int | None = None
    max_per_provider_day: int | None = None
    max_per_provider_week: int | None = None


@cache
def wall(zone: str, moment: datetime) -> datetime:
    """What the clock on the wall shows."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def touches(span: Span, low: datetime, high: datetime) -> bool:
    return span[0] < high and low < span[1]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


class Oracle:
    """Answers for one question: seats, a provider to insist on, a session to leave out."""

    def __init__(
        self,
        world: World,
        *,
        seats: int = 1,
        provider: int | None = None,
        exclude: Meeting | None = None,
        place: int | None = None,
    ) -> None:
        self.world, self.seats, self.provider = world, seats, provider
        self.exclude, self.place = exclude, place
        self.live = [one for one in world.meetings if one is not exclude and self.is_live(one)]
        self.is_open = cache(self._is_open)
        self.hours_of = cache(self._hours_of)

    # -- everything that starts in a window

    def starts(self, low: datetime, high: datetime) -> dict[Span, frozenset[int]]:
        """Who can lead what starts in [low, high), by start and end."""
        found: dict[Span, frozenset[int]] = {}
        moment = low.replace(second=0, microsecond=0)
        while moment < high:
            if moment >= low:
                for length, leaders in self.new_at(moment).items():
                    found[moment, moment + length * MINUTE] = leaders
            moment += MINUTE
        for meeting in self.world.meetings:
            if low <= meeting.start < high and self.can_join(meeting):
                found[meeting.start, meeting.end] = frozenset(one for one, _ in meeting.lanes)
        return found

    def new_at(self, moment: datetime) -> dict[int, frozenset[int]]:
        """For each length that a new session could have now: who could lead it."""
        found: dict[int, frozenset[int]] = {}
        if self.seats > self.world.capacity or not self.may_start(moment):
            return found
        for length, leaders in self.lengths().items():
            on_grid = {
                place: {one for one in leaders if self.on_grid(one, moment, place)}
                for place in self.places()
            }
            serving = [
                self.leaders_at(moment, length, leaders, grid, place)
                for place, grid in on_grid.items()
                if grid
            ]
            if any(serving):
                found[length] = frozenset().union(*serving)
        return found

    def lengths(self) -> dict[int, tuple[int, ...]]:
        """The people of the first need by how long it takes with them."""
        people, first = self.world.people, self.world.needs[0]
        own = {one: people[one].duration or self.world.duration for one in first.who}
        if first.quantity is None:
            return {max(own.values()): first.who}
        return {
            length: tuple(one for one in first.who if own[one] == length)
            for length in set(own.values())
        }

    def places(self) -> list[int | None]:
        """A session is held at one place; None if places don't matter."""
        if self.place is not None:
            return [self.place]
        people = self.world.people
        hours = [*self.world.dates, *(row for one in people for row in (*one.week, *one.dates))]
        named = {row.place for row in hours} | {one.place for one in people}
        return sorted(place for place in named if place is not None) or [None]

    # -- when something may start at all

    def may_start(self, moment: datetime) -> bool:
        world, day = self.world, wall(self.world.zone, moment).date()
        ours = [wall(world.zone, one.start).date() for one in self.live if one.is_ours]
        return self.in_time(moment) and has_room(day, ours, world.max_per_day, world.max_per_week)

    def in_time(self, moment: datetime) -> bool:
        """Neither too soon nor too far ahead."""
        world, day = self.world, wall(self.world.zone, moment).date()
        return (
            world.now + world.notice * MINUTE <= moment <= world.now + world.horizon * DAY
            and (world.first is None or world.first <= day)
            and (world.last is None or day <= world.last)
        )

    def on_grid(self, person: int, moment: datetime, place: int | None) -> bool:
        """A whole number of steps after the opening that it belongs to, on the wall."""
        who, world = self.world.people[person], self.world
        reading = wall(who.zone, moment)
        opening = self.opening(person, reading, place)
        step = world.step or who.duration or world.duration
        return opening is not None and (reading - opening[0]) % (step * MINUTE) == timedelta(0)

    # -- who is free

    def is_free(self, lane: Lane, start: datetime, end: datetime, place: int | None) -> bool:
        """Whether a lane can be taken from start to end, buffers included."""
        person = self.world.people[lane[0]]
        low, high = start - self.world.before * MINUTE, end + self.world.after * MINUTE
        return (
            person.is_active
            and person.is_approved
            and not any(touches(span, start, end) for span in (*person.off, *self.world.off))
            and not any(touches(span, low, high) for span in person.busy)
            and not any(
                touches(self.claim(one), low, high) for one in self.live if lane in one.lanes
            )
            and self.is_open_during(lane[0], start, end, place)
        )

    def is_open_during(
        self, person: int, start: datetime, end: datetime, place: int | None
    ) -> bool:
        moment = start.replace(second=0, microsecond=0)
        while moment < end:
            if not self.is_open(person, moment, place):
                return False
            moment += MINUTE
        return True

    def _is_open(self, person: int, moment: datetime, place: int | None) -> bool:
        who = self.world.people[person]
        reading = wall(who.zone, moment)
        return (
            (who.place is None or place is None or who.place == place)
            and (who.accepts_from is None or who.accepts_from <= reading.date())
            and (who.accepts_until is None or reading.date() <= who.accepts_until)
            and self.opening(person, reading, place) is not None
        )

    def opening(self, person: int, reading: datetime, place: int | None) -> Span | None:
        """The opening that a reading belongs to: of several, the one that begins last."""
        around = [
            opening
            for back in range(3)
            for opening in self.hours_of(person, reading.date() - back * DAY, place)
            if opening[0] <= reading < opening[1]
        ]
        return max(around, default=None)

    def _hours_of(self, person: int, day: date, place: int | None) -> list[Span]:
        """The openings that begin on a date."""
        who = self.world.people[person]
        own = [row for row in who.dates if row.day == day]
        common = [row for row in self.world.dates if row.day == day]
        said = [row for row in own if row.kind != "extra"]
        said = said or [row for row in common if row.kind != "extra"]
        rows = said or [row for row in who.week if falls_on(row, day)]
        rows = rows + [row for row in (*own, *common) if row.kind == "extra"]
        midnight = datetime.combine(day, time())
        return [
            (midnight + row.opens * MINUTE, midnight + row.closes * MINUTE)
            for row in rows
            if row.opens is not None and row.closes is not None
            if place is None or row.place in (None, place)
        ]

    def has_room_on(self, person: int, moment: datetime) -> bool:
        """Whether this person's own limits leave room. They are for those who give the service."""
        if person not in self.world.needs[0].who:
            return True
        world, zone = self.world, self.world.people[person].zone
        serves = [one for one in self.live if one.is_ours and person in dict(one.lanes)]
        days = [wall(zone, one.start).date() for one in serves]
        day = wall(zone, moment).date()
        return has_room(day, days, world.max_per_provider_day, world.max_per_provider_week)

    # -- who serves together

    def leaders_at(
        self,
        moment: datetime,
        length: int,
        leaders: Sequence[int],
        on_grid: set[int],
        place: int | None,
    ) -> set[int]:
        """Those on their own grid who serve the first need in some team that meets all needs."""
        end = moment + length * MINUTE
        free = frozenset(
            lane
            for lane in self.lanes(leaders, *(need.who for need in self.world.needs[1:]))
            if self.has_room_on(lane[0], moment) and self.is_free(lane, moment, end, place)
        )
        found: set[int] = set()
        for team in self.teams(0, leaders, free):
            serving = {person for person, _unit in team} & on_grid
            if not serving <= found and self.can_complete(1, free - team):
                found |= serving
        return found

    def can_complete(self, number: int, free: frozenset[Lane]) -> bool:
        """Whether the needs from this one on can all be met with distinct lanes."""
        if number == len(self.world.needs):
            return True
        who = self.world.needs[number].who
        return any(
            self.can_complete(number + 1, free - team) for team in self.teams(number, who, free)
        )

    def teams(
        self, number: int, who: Sequence[int], free: frozenset[Lane]
    ) -> Iterator[frozenset[Lane]]:
        """Every set of free lanes that meets a need, with the person who is insisted on."""
        need = self.world.needs[number]
        times = self.seats if need.per_seat else 1
        mine = {one: sorted(lane for lane in free if lane[0] == one) for one in who}
        if need.quantity is None:
            choices = product(*(combinations(mine[one], times) for one in who))
            teams: Iterable[tuple[Lane, ...]] = (sum(choice, ()) for choice in choices)
        else:
            lanes = [lane for one in who for lane in mine[one]]
            teams = combinations(lanes, need.quantity * times)
        for team in teams:
            if not self.must_serve(number) or self.provider in dict(team):
                yield frozenset(team)

    def must_serve(self, number: int) -> bool:
        """Whether this is the need that the person who was asked for must serve."""
        pools = [self.provider in need.who for need in self.world.needs]
        return self.provider is not None and pools.index(True) == number

    def lanes(self, *groups: Iterable[int]) -> set[Lane]:
        people = self.world.people
        return {(one, unit) for who in groups for one in who for unit in range(people[one].units)}

    # -- sessions that exist

    def is_live(self, meeting: Meeting) -> bool:
        is_held = meeting.expires is None or meeting.expires > self.world.now
        return is_held and not meeting.is_released

    def claim(self, meeting: Meeting) -> Span:
        buffers = (self.world.before, self.world.after) if meeting.is_ours else (0, 0)
        return meeting.start - buffers[0] * MINUTE, meeting.end + buffers[1] * MINUTE

    def can_join(self, meeting: Meeting) -> bool:
        """Whatever the grid and today's hours say."""
        return (
            meeting in self.live
            and meeting.is_ours
            and meeting.capacity - meeting.taken + meeting.lapsed >= self.seats
            and (self.provider is None or self.provider in dict(meeting.lanes))
            and self.in_time(meeting.start)
            and self.has_what_each_seat_needs(meeting)
        )

    def has_what_each_seat_needs(self, meeting: Meeting) -> bool:
        needs = [need for need in self.world.needs if need.per_seat]
        free = frozenset(
            lane
            for lane in self.lanes(*(need.who for need in needs))
            if self.is_free(lane, meeting.start, meeting.end, self.place)
        )
        for_seats = Oracle(World(self.world.now, self.world.people, tuple(needs)), seats=self.seats)
        return for_seats.can_complete(0, free)


def falls_on(row: Hours, day: date) -> bool:
    return (
        row.weekday == day.weekday()
        and (row.first is None or row.first <= day)
        and (row.last is None or day <= row.last)
    )


def has_room(day: date, taken: Sequence[date], daily: int | None, weekly: int | None) -> bool:
    weeks = [monday(one) for one in taken]
    return (daily is None or taken.count(day) < daily) and (
        weekly is None or weeks.count(monday(day)) < weekly
    )
