"""Random people and things, with hours, absences and places around real changes of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.availability.oracle import DAY, MINUTE, Hours, Person, Span

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

a_length = st.sampled_from([1, 15, 30, 45, 60, 60, 90, 120, 480])


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
