from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.timeline.walking import (
    DAY,
    HOUR,
    MINUTE,
    ZONES,
    changes,
    each_minute,
    grid_minutes,
    minutes,
    open_minutes,
    reading,
    utc,
)

from bookable.timeline.intervals import clip, shrink
from bookable.timeline.openings import (
    Opening,
    days_around,
    from_instants,
    from_readings,
    grid,
    open_time,
    openings,
    owned,
    weekday,
)

often = settings(max_examples=150, deadline=None)

every_change = [(zone, change) for zone in ZONES for change in changes(zone)]
a_moment = st.one_of(
    st.sampled_from(every_change),
    st.tuples(st.sampled_from(ZONES), st.integers(utc(1971, 1, 1), utc(2036, 1, 1))),
)
a_step = st.sampled_from([5, 7, 10, 15, 20, 30, 45, 50, 60, 90, 420, 1440]).map(lambda m: m * 60)


@st.composite
def wall_hours(draw: st.DrawFn) -> tuple[int, int]:
    opens = draw(st.integers(0, 1439))
    return opens, draw(st.integers(opens + 1, 2880))


day_of_hours = st.tuples(st.integers(-3, 2), wall_hours())
some_hours = st.lists(day_of_hours, max_size=5)
a_week = st.lists(st.tuples(st.integers(0, 6), wall_hours()), max_size=7)


def readings_of(hours: Sequence[tuple[int, tuple[int, int]]]) -> list[tuple[int, int]]:
    return [(day * DAY + opens * 60, day * DAY + closes * 60) for day, (opens, closes) in hours]


def starts_on(pieces: Sequence[Opening], step: int, low: int, high: int) -> list[int]:
    ranges = grid(owned(pieces), clip(open_time(pieces), low, high), step)
    return [start for each in ranges for start in each]


def starts_of_week(
    zone: str, week: Sequence[tuple[int, tuple[int, int]]], step: int, low: int, high: int
) -> list[int]:
    hours = [
        (day, span)
        for day in days_around(low, high)
        for day_of_week, span in week
        if weekday(day) == day_of_week
    ]
    return starts_on(openings(zone, hours), step, low, high)


def walked_week(
    zone: str, week: Sequence[tuple[int, tuple[int, int]]], step: int, low: int, high: int
) -> list[int]:
    days = range(low // DAY - 8, high // DAY + 8)
    # 1970-01-01 was a Thursday
    hours = [(day, span) for day in days for of_week, span in week if (day + 3) % 7 == of_week]
    return grid_minutes(zone, readings_of(hours), step, low, high)


@often
@given(a_moment, some_hours)
def test_open_time_is_every_minute_whose_reading_lies_inside_the_hours(
    moment: tuple[str, int], relative: list[tuple[int, tuple[int, int]]]
) -> None:
    zone, instant = moment
    hours = [(instant // DAY + day, span) for day, span in relative]
    low, high = instant - 2 * DAY, instant + 2 * DAY
    found = each_minute(open_time(openings(zone, hours)), low, high)
    assert found == open_minutes(zone, readings_of(hours), low, high)


@often
@given(a_moment, some_hours, a_step)
def test_the_grid_is_every_minute_a_whole_number_of_steps_after_its_opening(
    moment: tuple[str, int], relative: list[tuple[int, tuple[int, int]]], step: int
) -> None:
    zone, instant = moment
    hours = [(instant // DAY + day, span) for day, span in relative]
    low, high = instant - 2 * DAY, instant + 2 * DAY
    found = starts_on(openings(zone, hours), step, low, high)
    assert found == grid_minutes(zone, readings_of(hours), step, low, high)


@often
@given(a_moment, a_week, a_step, st.integers(-1800, 1800), st.integers(1, 1500))
def test_the_hours_of_a_week_are_offered_whatever_small_window_is_asked_for(
    moment: tuple[str, int],
    week: list[tuple[int, tuple[int, int]]],
    step: int,
    shift: int,
    length: int,
) -> None:
    zone, instant = moment
    low = instant + shift * MINUTE
    high = low + length * MINUTE
    found = starts_of_week(zone, week, step, low, high)
    assert found == walked_week(zone, week, step, low, high)


@often
@given(a_moment, a_week, a_step, st.integers(1, 9 * DAY), st.integers(1, 9 * DAY))
def test_an_answer_does_not_depend_on_the_window_that_is_asked_for(
    moment: tuple[str, int],
    week: list[tuple[int, tuple[int, int]]],
    step: int,
    earlier: int,
    later: int,
) -> None:
    zone, instant = moment
    low, high = instant - DAY, instant + DAY
    wide = starts_of_week(zone, week, step, low - earlier, high + later)
    narrow = starts_of_week(zone, week, step, low, high)
    assert narrow == [start for start in wide if low <= start < high]


@often
@given(a_moment, st.integers(-1800, 1800), st.integers(1, 3000), a_step)
def test_the_starts_of_real_time_are_counted_on_the_wall_clock(
    moment: tuple[str, int], shift: int, length: int, step: int
) -> None:
    zone, instant = moment
    low = instant - instant % MINUTE + shift * MINUTE
    high = low + length * MINUTE
    first = reading(zone, low)
    found = starts_on(from_instants(zone, [(low, high)]), step, low, high)
    assert found == [each for each, at in minutes(zone, low, high) if (at - first) % step == 0]


@often
@given(a_moment, st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 900)), max_size=4))
def test_stretches_of_real_time_are_open_as_they_are(
    moment: tuple[str, int], stretches: list[tuple[int, int]]
) -> None:
    zone, instant = moment
    begin = instant - 2 * DAY
    asked = [(begin + start * 60, begin + (start + length) * 60) for start, length in stretches]
    intervals = open_time([(start, end, start) for start, end in asked])
    assert open_time(from_instants(zone, intervals)) == intervals


@often
@given(a_moment, some_hours)
def test_owned_openings_share_no_time_and_lose_none(
    moment: tuple[str, int], relative: list[tuple[int, tuple[int, int]]]
) -> None:
    zone, instant = moment
    pieces = openings(zone, [(instant // DAY + day, span) for day, span in relative])
    mine = owned(pieces)
    assert all(left[1] <= right[0] for left, right in pairwise(mine))
    assert open_time(mine) == open_time(pieces)


@often
@given(a_moment, some_hours, st.randoms())
def test_the_order_in_which_hours_are_given_does_not_matter(
    moment: tuple[str, int], relative: list[tuple[int, tuple[int, int]]], random: Random
) -> None:
    zone, instant = moment
    readings = readings_of([(instant // DAY + day, span) for day, span in relative])
    shuffled = random.sample(readings, len(readings))
    assert sorted(from_readings(zone, shuffled)) == sorted(from_readings(zone, readings))


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Australia/Lord_Howe", "Europe/London"])
def test_a_whole_year_of_nights_is_open_as_the_clock_says(zone: str) -> None:
    low, high = utc(2024, 1, 1), utc(2025, 1, 1)
    hours = [(day, (22 * 60, 27 * 60)) for day in days_around(low, high)]
    asked = range(low, high, 15 * MINUTE)
    found = starts_on(openings(zone, hours), 15 * MINUTE, low, high)
    assert found == [each for each in asked if not 3 <= reading(zone, each) % DAY / HOUR < 22]


def test_no_hours_make_no_openings() -> None:
    assert openings("Europe/London", []) == from_instants("Europe/London", []) == []
    assert open_time([]) == owned([]) == grid([], [(0, 10)], 1) == []


def test_an_opening_runs_from_its_start_to_its_end_through_its_anchor() -> None:
    found = openings("Asia/Kathmandu", [(utc(2024, 5, 1) // DAY, (9 * 60, 17 * 60))])
    nine = utc(2024, 5, 1, 3, 15)
    assert found == [(nine, nine + 8 * HOUR, nine)]


def test_hours_that_began_two_days_ago_are_found_from_far_west_of_greenwich() -> None:
    # Monday 00:00 to Tuesday 24:00 in Alaska ends on Wednesday at 08:00 UTC
    low, high = utc(2024, 5, 8, 6), utc(2024, 5, 8, 9)
    found = starts_of_week("America/Anchorage", [(0, (0, 2880))], HOUR, low, high)
    assert found == [utc(2024, 5, 8, 6), utc(2024, 5, 8, 7)]


def test_hours_of_tomorrow_are_found_from_far_east_of_greenwich() -> None:
    low, high = utc(2024, 5, 7, 9), utc(2024, 5, 7, 12)
    found = starts_of_week("Pacific/Kiritimati", [(2, (0, 60))], HOUR, low, high)
    assert found == [utc(2024, 5, 7, 10)]


def test_the_week_begins_on_monday() -> None:
    assert [weekday(utc(2024, 5, day) // DAY) for day in (6, 7, 12)] == [0, 1, 6]
    assert weekday(utc(1969, 12, 28) // DAY) == 6


def test_the_later_opening_takes_over_where_two_meet() -> None:
    assert owned([(0, 100, 0), (60, 160, 60)]) == [(0, 60, 0), (60, 160, 60)]


def test_the_outer_opening_goes_on_after_a_nested_one() -> None:
    found = owned([(0, 100, 0), (40, 60, 40)])
    assert found == [(0, 40, 0), (40, 60, 40), (60, 100, 0)]


def test_openings_that_only_touch_keep_what_is_theirs() -> None:
    assert owned([(50, 90, 50), (0, 50, 0)]) == [(0, 50, 0), (50, 90, 50)]


def test_the_grid_runs_through_an_anchor_outside_of_the_opening() -> None:
    assert grid([(100, 200, 30)], [(0, 1000)], 40) == [range(110, 200, 40)]
    assert grid([(100, 200, 999)], [(0, 1000)], 40) == [range(119, 200, 40)]


def test_the_grid_holds_the_first_second_and_not_the_last() -> None:
    assert grid([(0, 80, 0)], [(40, 80)], 40) == [range(40, 80, 40)]
    assert grid([(0, 80, 0)], [(41, 80)], 40) == []


def test_the_grid_of_one_opening_goes_on_over_several_startable_times() -> None:
    found = grid([(0, 100, 0)], [(5, 25), (35, 45), (61, 99)], 20)
    assert [list(each) for each in found] == [[20], [40], [80]]


def test_one_startable_time_may_lie_in_several_openings() -> None:
    found = grid([(0, 50, 0), (50, 100, 55)], [(10, 90)], 20)
    assert [list(each) for each in found] == [[20, 40], [55, 75]]


def test_a_start_must_leave_room_for_the_whole_duration() -> None:
    (start, end, _anchor) = opening = (0, 8 * HOUR, 0)
    found = grid([opening], shrink([(start, end)], 8 * HOUR), HOUR)
    assert [list(each) for each in found] == [[0]]


def test_a_duration_longer_than_any_opening_has_no_start() -> None:
    assert grid([(0, HOUR, 0)], shrink([(0, HOUR)], HOUR + 1), 60) == []
