"""One month of free days as a grid, and the free times of one day."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import get_format

from bookable.availability.answers import Slot
from bookable.models import Booking
from bookable.timeline import clock
from clinic.asking import Question
from clinic.zones import offset

#: More times than these are grouped.
FEW = 8
#: What gives reasons that hold whatever the time, such as more seats than there are.
ALWAYS = {"Service", "Capacity"}
PARTS = ((12, "Morning"), (17, "Afternoon"), (24, "Evening"))


@dataclass(frozen=True)
class Cell:
    date: date
    in_month: bool
    free: int
    is_chosen: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Cell]]
    free: int
    previous: date | None
    next: date | None

    @property
    def weekdays(self) -> list[date]:
        """A week's days, for their names."""
        return [cell.date for cell in self.weeks[0]]


@dataclass(frozen=True)
class Time:
    """A free start, and what its clock shows."""

    slot: Slot
    start: datetime
    offset: str
    #: The visitor's own booking at this time.
    own: Booking | None = None


def calendar_context(question: Question) -> dict[str, Any]:
    """A month, the times of one of its days, and what to say if it has none."""
    free = free_days(question)
    chosen = question.day or min(free, default=None)
    next_slot = None if free else next_free(question)
    return {
        "month": month_of(question, free, chosen),
        "chosen": chosen,
        "parts": parts_of(times_of(question, chosen)) if chosen else [],
        "next_slot": next_slot,
        "never": "" if free or next_slot else why_never(question),
    }


def month_of(question: Question, free: dict[date, int], chosen: date | None) -> Month:
    first = question.month
    before, after = first - timedelta(days=1), following(first)
    # Django counts a week's days from Sunday, Python from Monday
    calendar = Calendar((get_format("FIRST_DAY_OF_WEEK") - 1) % 7)
    weeks = [
        [
            Cell(
                day,
                day.month == first.month,
                free.get(day, 0),
                day == chosen,
                day == question.today,
            )
            for day in week
        ]
        for week in calendar.monthdatescalendar(first.year, first.month)
    ]
    return Month(
        first=first,
        weeks=weeks,
        free=sum(free.values()),
        previous=before.replace(day=1) if before >= question.today else None,
        next=after if after <= question.last_day else None,
    )


def free_days(question: Question) -> dict[date, int]:
    """How many times each day of the month has, for those that have any."""
    low = question.midnight(question.month)
    high = question.midnight(following(question.month))
    days = question.service.days(low, high, zone=question.zone, **question.asked)
    return {day.date: day.slots for day in days if day.slots}


def next_free(question: Question) -> Slot | None:
    """The first free time from the month on, for when it has none itself."""
    first = max(clock.now(), question.midnight(question.month))
    return question.service.next_slot(first, **question.asked)


def why_never(question: Question) -> str:
    """Why nothing at all can be had that way; nothing if all of it is merely taken."""
    reasons = question.service.explain(question.midnight(question.month), **question.asked)
    return " ".join(dict.fromkeys(one.text for one in reasons if one.rule in ALWAYS))


def times_of(question: Question, day: date) -> list[Time]:
    low, high = question.midnight(day), question.midnight(day + timedelta(days=1))
    slots = question.service.slots(low, high, **question.asked)
    local = {slot.start: slot.start.astimezone(question.here) for slot in slots}
    shown = Counter(start.time() for start in local.values())
    own = {booking.session.start: booking for booking in question.own}
    return [
        Time(slot, start, offset(start) if shown[start.time()] > 1 else "", own.get(slot.start))
        for slot in slots
        for start in [local[slot.start]]
    ]


def parts_of(times: list[Time]) -> list[tuple[str, list[Time]]]:
    """Many times under the part of the day in which they lie, a few under no heading."""
    if len(times) <= FEW:
        return [("", times)] if times else []
    parts: dict[str, list[Time]] = {}
    for time in times:
        name = next(name for until, name in PARTS if time.start.hour < until)
        parts.setdefault(name, []).append(time)
    return list(parts.items())


def following(first: date) -> date:
    """The first of the next month."""
    return (first + timedelta(days=31)).replace(day=1)
