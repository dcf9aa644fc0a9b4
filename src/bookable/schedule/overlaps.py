"""Whether hours run into each other, past midnight and around the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from bookable.errors import OverlappingHours
from bookable.schedule.ranges import DateRange, HoursRange
from bookable.timeline.walltime import MINUTES_A_DAY


def refuse_weekly_overlaps(hours: Sequence[HoursRange]) -> None:
    """OverlappingHours for the first two ranges that are open at once on some date."""
    for first, second in combinations(hours, 2):
        if any(_meet(first, second, days) for days in _days_apart(first, second)):
            raise OverlappingHours(str(first), str(second))


def refuse_overlaps(hours: Sequence[DateRange]) -> None:
    """OverlappingHours for the first two ranges of one date that are open at once."""
    for first, second in combinations(hours, 2):
        if _share_minutes(first.minutes, second.minutes):
            raise OverlappingHours(str(first), str(second))


def _days_apart(first: HoursRange, second: HoursRange) -> list[int]:
    # hours end on the next day at the latest, so only neighbouring days can touch
    apart = second.weekday - first.weekday
    return [days for days in (apart - 7, apart, apart + 7) if abs(days) <= 1]


def _meet(first: HoursRange, second: HoursRange, days: int) -> bool:
    opens, closes = second.minutes
    shifted = opens + days * MINUTES_A_DAY, closes + days * MINUTES_A_DAY
    return _share_minutes(first.minutes, shifted) and _share_a_date(first, second, days)


def _share_minutes(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def _share_a_date(first: HoursRange, second: HoursRange, days: int) -> bool:
    """Whether the first range is ever valid on its weekday while the second is, `days` later."""
    since = [_number(first.valid_from), _number(second.valid_from, -days)]
    until = [_number(first.valid_until), _number(second.valid_until, -days)]
    low = max((day for day in since if day is not None), default=None)
    high = min((day for day in until if day is not None), default=None)
    if low is None or high is None:
        return True
    # day 1 of the calendar was a Monday
    return low + (first.weekday + 1 - low) % 7 <= high


def _number(day: date | None, shift: int = 0) -> int | None:
    return None if day is None else day.toordinal() + shift
