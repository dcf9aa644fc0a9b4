"""Random worlds around real changes of the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from tests.availability.oracle import DAY, MINUTE, Meeting, Span, Wanted, World, touches
from tests.availability.people import CHANGES, ZONES, dated, people, placed, some, spans

a_buffer = st.sampled_from([0, 0, 0, 1, 5, 10, 30])
a_step = st.sampled_from([None, None, 7, 10, 15, 20, 30, 45, 50, 60, 90, 420])
a_duration = st.sampled_from([7, 15, 30, 45, 60, 60, 90, 120, 600])


@dataclass(frozen=True)
class Puzzle:
    """A world and a window in which it is asked what can start."""

    world: World
    low: datetime
    high: datetime


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
