from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable.errors import InvalidSchedule, OverlappingHours
from bookable.schedule.overlaps import refuse_overlaps, refuse_weekly_overlaps
from bookable.schedule.ranges import DateRange, HoursRange

MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6
NEW_YEAR = date(2026, 1, 1)

some_days = st.none() | st.integers(0, 40).map(lambda days: NEW_YEAR + timedelta(days=days))


@st.composite
def ranges(draw: st.DrawFn) -> HoursRange:
    opens = draw(st.integers(0, 1439))
    closes = draw(st.integers(opens + 1, min(opens + 1500, 2880)))
    since, until = draw(some_days), draw(some_days)
    if since and until:
        since, until = min(since, until), max(since, until)
    return HoursRange(draw(st.integers(0, 6)), opens, closes, since, until)


def minutes_open(hours: HoursRange) -> set[int]:
    """Every minute in two months at which it is open, found day by day."""
    found: set[int] = set()
    for number in range(-14, 60):
        day = NEW_YEAR + timedelta(days=number)
        since, until = hours.valid_from or day, hours.valid_until or day
        if day.weekday() == hours.weekday and since <= day <= until:
            opens, closes = hours.minutes
            found |= set(range(number * 1440 + opens, number * 1440 + closes))
    return found


def overlap(*hours: HoursRange) -> bool:
    try:
        refuse_weekly_overlaps(hours)
    except OverlappingHours:
        return True
    return False


@given(ranges(), ranges())
def test_ranges_overlap_exactly_if_they_are_ever_open_at_once(
    first: HoursRange, second: HoursRange
) -> None:
    assert overlap(first, second) == bool(minutes_open(first) & minutes_open(second))


def test_hours_that_overlap_are_refused_with_both_ranges_named() -> None:
    hours = [HoursRange(MONDAY, "09:00", "12:00"), HoursRange(MONDAY, "11:30", "17:00")]
    with pytest.raises(OverlappingHours) as refused:
        refuse_weekly_overlaps(hours)
    assert str(refused.value) == "Monday 09:00–12:00 and Monday 11:30–17:00 overlap."


def test_hours_that_touch_are_fine() -> None:
    assert not overlap(HoursRange(MONDAY, "09:00", "12:00"), HoursRange(MONDAY, "12:00", "17:00"))
    assert not overlap(HoursRange(SUNDAY, "22:00", "02:00 +1"), HoursRange(MONDAY, "02:00", "9:00"))


def test_a_night_that_reaches_into_the_next_weekday_overlaps_it() -> None:
    assert overlap(HoursRange(MONDAY, "22:00", "06:00 +1"), HoursRange(TUESDAY, "05:00", "09:00"))


def test_sunday_night_reaches_into_monday() -> None:
    assert overlap(HoursRange(MONDAY, "05:00", "09:00"), HoursRange(SUNDAY, "22:00", "06:00 +1"))


def test_hours_that_are_never_valid_together_may_overlap() -> None:
    winter = HoursRange(MONDAY, "09:00", "12:00", valid_until=date(2026, 3, 31))
    summer = HoursRange(MONDAY, "08:00", "12:00", valid_from=date(2026, 4, 1))
    assert not overlap(winter, summer)


def test_one_shared_day_that_is_another_weekday_is_no_overlap() -> None:
    tuesday = date(2026, 3, 31)
    before = HoursRange(MONDAY, "09:00", "12:00", valid_until=tuesday)
    after = HoursRange(MONDAY, "09:00", "12:00", valid_from=tuesday)
    assert not overlap(before, after)


def test_overlapping_hours_name_their_validity() -> None:
    first = HoursRange(SATURDAY, "09:00", "12:00", valid_from=NEW_YEAR)
    second = HoursRange(SATURDAY, "09:00", "12:00", valid_until=date(2026, 2, 1))
    with pytest.raises(OverlappingHours, match=r"\(from 2026-01-01\) and .*\(until 2026-02-01\)"):
        refuse_weekly_overlaps([first, second])


def test_hours_of_one_date_that_overlap_are_refused() -> None:
    with pytest.raises(OverlappingHours, match="09:00–12:00 and 11:00–13:00"):
        refuse_overlaps([DateRange("09:00", "12:00"), DateRange("11:00", "13:00")])


def test_text_and_minutes_are_the_same_hours() -> None:
    assert HoursRange(MONDAY, "09:00", "06:00 +1") == HoursRange(MONDAY, 540, 1800)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: DateRange("09:00", "09:00"), "09:00–09:00: the end must come after the start"),
        (lambda: DateRange("22:00", "06:00"), r"write 06:00 \+1 for the next morning"),
        (lambda: DateRange("24:00", "06:00 +1"), "begin before 24:00"),
        (lambda: DateRange("09:00", "00:01 +2"), "“00:01 \\+2” is not a time"),
        (lambda: DateRange(540, 2881), "“2881” is not a time"),
        (lambda: DateRange(-1, 540), "“-1” is not a time"),
        (lambda: DateRange(True, 540), "“True” is not a time"),
        (lambda: DateRange("9", "17:00"), "“9” is not a time"),
        (lambda: HoursRange(7, "09:00", "17:00"), "“7” is not a weekday"),
        (lambda: HoursRange(True, "09:00", "17:00"), "“True” is not a weekday"),
        (
            lambda: HoursRange(0, 540, 600, NEW_YEAR, date(2025, 12, 31)),
            "the last day must not come before the first",
        ),
    ],
)
def test_hours_that_can_not_be_kept_are_refused(make: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(InvalidSchedule, match=sentence):
        make()


def test_hours_may_last_until_the_end_of_the_next_day() -> None:
    assert DateRange("23:59", "24:00 +1").minutes == (1439, 2880)
