"""The days on which clocks change, and other hours that are hard to keep."""

from __future__ import annotations

from typing import Any

import pytest
from tests.timeline.walking import DAY, HOUR, MINUTE, shown, utc

from bookable.timeline.intervals import clip, shrink
from bookable.timeline.openings import days_around, grid, open_time, openings, owned
from bookable.timeline.walltime import parse_walltime


def hours(*spans: str, day: tuple[int, int, int]) -> list[tuple[int, tuple[int, int]]]:
    """“09:00-17:00” on a date, as openings() takes them."""
    number = utc(*day) // DAY
    pairs = [span.split("-") for span in spans]
    return [(number, (parse_walltime(opens), parse_walltime(closes))) for opens, closes in pairs]


def starts(
    zone: str, *spans: str, day: tuple[int, int, int], step: int = 60, duration: int = 1
) -> list[int]:
    """The instants at which so many minutes are offered."""
    pieces = openings(zone, hours(*spans, day=day))
    startable = shrink(open_time(pieces), duration * MINUTE)
    return [start for each in grid(owned(pieces), startable, step * MINUTE) for start in each]


def times(zone: str, *spans: str, **asked: Any) -> list[str]:
    """The same as the wall clock shows them, without date and offset."""
    return [shown(zone, start)[3:8] for start in starts(zone, *spans, **asked)]


def open_for(zone: str, *spans: str, day: tuple[int, int, int]) -> int:
    """How many minutes of real time these hours last."""
    return (
        sum(end - start for start, end in open_time(openings(zone, hours(*spans, day=day)))) // 60
    )


def test_an_hour_that_is_skipped_is_not_offered() -> None:
    found = times("America/New_York", "00:00-24:00", day=(2024, 3, 10))
    assert len(found) == 23
    assert found[:4] == ["00:00", "01:00", "03:00", "04:00"]


def test_an_hour_that_comes_twice_is_offered_twice() -> None:
    found = starts("America/New_York", "00:00-24:00", day=(2024, 11, 3))
    assert len(set(found)) == 25
    assert found[1:3] == [utc(2024, 11, 3, 5), utc(2024, 11, 3, 6)]


def test_hours_wholly_in_a_gap_are_never_open() -> None:
    assert openings("America/New_York", hours("02:00-03:00", day=(2024, 3, 10))) == []


def test_hours_that_start_in_a_gap_open_after_it_and_keep_their_grid() -> None:
    found = times("America/New_York", "02:30-05:00", day=(2024, 3, 10))
    assert found == ["03:30", "04:30"]
    assert open_for("America/New_York", "02:30-05:00", day=(2024, 3, 10)) == 120


def test_hours_that_end_in_a_gap_close_before_it() -> None:
    assert open_for("America/New_York", "01:00-02:30", day=(2024, 3, 10)) == 60


def test_hours_wholly_in_a_fold_are_open_twice() -> None:
    found = open_time(openings("America/New_York", hours("01:15-01:45", day=(2024, 11, 3))))
    first = utc(2024, 11, 3, 5, 15)
    assert found == [(first, first + 30 * MINUTE), (first + HOUR, first + 90 * MINUTE)]


def test_hours_that_end_in_a_fold_close_and_open_again() -> None:
    found = open_time(openings("America/New_York", hours("00:00-01:30", day=(2024, 11, 3))))
    midnight = utc(2024, 11, 3, 4)
    assert found == [
        (midnight, midnight + 90 * MINUTE),
        (midnight + 120 * MINUTE, midnight + 150 * MINUTE),
    ]


def test_a_change_by_half_an_hour_leaves_the_starts_on_the_hour_in_spring() -> None:
    found = times("Australia/Lord_Howe", "00:00-05:00", day=(2024, 10, 6))
    assert found == ["00:00", "01:00", "03:00", "04:00"]


def test_a_change_by_half_an_hour_leaves_the_starts_on_the_hour_in_autumn() -> None:
    found = times("Australia/Lord_Howe", "00:00-04:00", day=(2024, 4, 7))
    assert found == ["00:00", "01:00", "02:00", "03:00"]
    assert open_for("Australia/Lord_Howe", "00:00-04:00", day=(2024, 4, 7)) == 270


@pytest.mark.parametrize(("date", "count"), [(29, 24), (30, 0), (31, 24)])
def test_apia_is_closed_only_on_the_date_that_it_skipped(date: int, count: int) -> None:
    assert len(starts("Pacific/Apia", "00:00-24:00", day=(2011, 12, date))) == count


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Sao_Paulo", (2018, 11, 4)),
        ("Asia/Beirut", (2024, 3, 31)),
        ("Africa/Cairo", (2024, 4, 26)),
    ],
)
def test_a_day_without_midnight_begins_at_one(zone: str, day: tuple[int, int, int]) -> None:
    found = times(zone, "00:00-24:00", day=day)
    assert found[:2] == ["01:00", "02:00"]
    assert len(found) == 23


@pytest.mark.parametrize(("day", "lasts"), [((2024, 3, 9), 7), ((2024, 11, 2), 9)])
def test_a_night_shift_is_an_hour_shorter_or_longer(day: tuple[int, int, int], lasts: int) -> None:
    assert open_for("America/New_York", "22:00-06:00 +1", day=day) == lasts * 60


def test_the_starts_of_a_night_shift_go_on_over_a_fold() -> None:
    found = times("America/New_York", "22:30-03:00 +1", day=(2024, 11, 2))
    assert found == ["22:30", "23:30", "00:30", "01:30", "01:30", "02:30"]


@pytest.mark.parametrize(
    ("zone", "nine"),
    [
        ("Asia/Kathmandu", (2024, 5, 1, 3, 15)),
        ("Pacific/Chatham", (2024, 4, 30, 20, 15)),
        ("America/St_Johns", (2024, 5, 1, 11, 30)),
    ],
)
def test_offsets_need_not_be_whole_hours(zone: str, nine: tuple[int, ...]) -> None:
    assert starts(zone, "09:00-10:00", day=(2024, 5, 1)) == [utc(*nine)]


def test_a_change_is_found_where_the_offset_is_no_whole_hour() -> None:
    found = times("Pacific/Chatham", "02:00-05:00", day=(2024, 9, 29), step=15)
    assert found[2:5] == ["02:30", "03:45", "04:00"]


@pytest.mark.parametrize(("day", "lasts"), [((2024, 3, 10), 25), ((2024, 4, 14), 23)])
def test_casablanca_changes_its_clocks_around_ramadan(
    day: tuple[int, int, int], lasts: int
) -> None:
    assert open_for("Africa/Casablanca", "00:00-24:00", day=day) == lasts * 60


@pytest.mark.parametrize(("day", "lasts"), [((2024, 3, 31), 23), ((2024, 10, 27), 25)])
def test_dublin_changes_like_london_though_its_winter_is_the_exception(
    day: tuple[int, int, int], lasts: int
) -> None:
    found = starts("Europe/Dublin", "00:00-24:00", day=day)
    assert len(found) == lasts
    assert found == starts("Europe/London", "00:00-24:00", day=day)


def test_two_hours_are_skipped_at_troll() -> None:
    found = times("Antarctica/Troll", "00:00-06:00", day=(2024, 3, 31))
    assert found == ["00:00", "03:00", "04:00", "05:00"]


def test_two_hours_come_twice_at_troll() -> None:
    found = times("Antarctica/Troll", "00:00-04:00", day=(2024, 10, 27))
    assert found == ["00:00", "01:00", "02:00", "01:00", "02:00", "03:00"]


def test_nuuk_moved_to_another_zone_and_did_not_go_back() -> None:
    day = (2023, 3, 25)
    assert times("America/Nuuk", "20:00-24:00", day=day) == ["20:00", "21:00", "23:00"]
    assert starts("America/Nuuk", "09:00-10:00", day=(2023, 1, 2)) == [utc(2023, 1, 2, 12)]
    assert starts("America/Nuuk", "09:00-10:00", day=(2023, 12, 4)) == [utc(2023, 12, 4, 11)]


def test_hours_may_end_at_midnight() -> None:
    assert times("Europe/London", "22:00-24:00", day=(2024, 5, 1)) == ["22:00", "23:00"]


def test_a_shift_may_last_longer_than_a_day() -> None:
    assert open_for("Europe/London", "08:00-20:00 +1", day=(2024, 5, 1)) == 36 * 60
    assert open_for("Europe/London", "00:00-24:00 +1", day=(2024, 5, 1)) == 48 * 60


def test_a_shift_longer_than_a_day_is_cut_short_by_a_gap() -> None:
    assert open_for("Europe/London", "08:00-20:00 +1", day=(2024, 3, 30)) == 35 * 60


def test_a_provider_who_never_closes_is_offered_without_a_seam() -> None:
    low, high = utc(2024, 5, 1), utc(2024, 5, 4)
    pieces = openings("Europe/London", [(day, (0, 1440)) for day in days_around(low, high)])
    assert clip(open_time(pieces), low, high) == [(low, high)]
    assert clip(shrink(open_time(pieces), DAY), low, high) == [(low, high)]


def test_the_grid_of_a_provider_who_never_closes_begins_anew_every_midnight() -> None:
    low, high = utc(2024, 1, 1, 23), utc(2024, 1, 2, 1)
    pieces = openings("Europe/London", [(day, (0, 1440)) for day in days_around(low, high)])
    ranges = grid(owned(pieces), clip(open_time(pieces), low, high), 50 * MINUTE)
    found = [shown("Europe/London", start)[3:8] for each in ranges for start in each]
    assert found == ["23:20", "00:00", "00:50"]


def test_hours_that_touch_are_one_opening_with_two_grids() -> None:
    found = times(
        "Europe/London", "09:00-12:00", "12:00-14:00", day=(2024, 5, 1), step=50, duration=90
    )
    assert found == ["09:00", "09:50", "10:40", "11:30", "12:00"]


def test_nested_hours_have_a_grid_of_their_own_for_as_long_as_they_last() -> None:
    found = times("Europe/London", "09:00-12:00", "10:10-11:00", day=(2024, 5, 1), step=30)
    assert found == ["09:00", "09:30", "10:00", "10:10", "10:40", "11:00", "11:30"]


def test_a_duration_as_long_as_the_hours_is_offered_once() -> None:
    assert times("Europe/London", "09:00-12:00", day=(2024, 5, 1), duration=180) == ["09:00"]


def test_a_duration_longer_than_the_hours_is_not_offered() -> None:
    assert times("Europe/London", "09:00-12:00", day=(2024, 5, 1), duration=181) == []


def test_a_duration_must_fit_into_what_a_gap_leaves() -> None:
    day = (2024, 3, 31)
    assert times("Europe/London", "00:00-03:00", day=day, duration=120) == ["00:00"]
    assert times("Europe/London", "00:00-03:00", day=day, duration=121) == []


def test_a_step_longer_than_the_duration_leaves_time_between() -> None:
    found = times("Europe/London", "09:00-12:00", day=(2024, 5, 1), step=90, duration=30)
    assert found == ["09:00", "10:30"]


@pytest.mark.parametrize(
    ("step", "first"),
    [(50, ["09:00", "09:50", "10:40", "11:30"]), (7, ["09:00", "09:07", "09:14", "09:21"])],
)
def test_a_step_need_not_divide_the_hour(step: int, first: list[str]) -> None:
    assert times("Europe/London", "09:00-12:00", day=(2024, 5, 1), step=step)[:4] == first


def test_a_grid_that_does_not_divide_the_hour_is_kept_over_a_gap() -> None:
    found = times("Europe/London", "00:00-04:00", day=(2024, 3, 31), step=50)
    assert found == ["00:00", "00:50", "02:30", "03:20"]
