from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.timeline.walking import (
    DAY,
    HOUR,
    MINUTE,
    ZONES,
    changes,
    each_minute,
    instants_showing,
    offset,
    reading,
    utc,
)

from bookable.timeline import zones

often = settings(max_examples=400, deadline=None)
zone_names = st.sampled_from(ZONES)
any_instant = st.integers(utc(1950, 1, 1), utc(2040, 12, 31))
every_change = [(zone, change) for zone in ZONES for change in changes(zone)]
near_a_change = st.tuples(st.sampled_from(every_change), st.integers(-30 * HOUR, 30 * HOUR))


def at(*parts: int) -> int:
    """The reading of a date and time on the wall."""
    return zones.reading_of(datetime(*parts))  # noqa: DTZ001


@often
@given(zone_names, any_instant)
def test_the_piece_around_an_instant_has_the_offset_of_its_zone(zone: str, instant: int) -> None:
    (piece,) = zones.segments(zone, instant, instant + 1)
    assert piece.start <= instant < piece.end
    assert piece.offset == offset(zone, instant) == zones.offset_at(zone, instant)


@pytest.mark.parametrize("zone", ZONES)
def test_every_boundary_between_pieces_is_a_real_change(zone: str) -> None:
    pieces = list(zones.segments(zone, utc(1950, 1, 1), utc(2040, 12, 31)))
    assert all(left.end == right.start for left, right in pairwise(pieces))
    for left, right in pairwise(pieces):
        assert left.offset == offset(zone, left.end - 1) != offset(zone, left.end) == right.offset


@pytest.mark.parametrize("zone", ZONES)
def test_no_change_is_missed(zone: str) -> None:
    pieces = list(zones.segments(zone, utc(1970, 1, 1), utc(2037, 1, 1)))
    assert tuple(right.start for _left, right in pairwise(pieces)) == changes(zone)


@often
@given(near_a_change, st.integers(1, 400 * DAY))
def test_pieces_cover_the_window_and_no_more_of_them_than_touch_it(
    near: tuple[tuple[str, int], int], length: int
) -> None:
    (zone, change), shift = near
    low, high = change + shift, change + shift + length
    pieces = list(zones.segments(zone, low, high))
    assert pieces[0].start <= low < pieces[0].end
    assert pieces[-1].start < high <= pieces[-1].end


@pytest.mark.parametrize("change", [utc(2024, 3, 31, 1), utc(2024, 10, 27, 1)])
def test_a_piece_that_only_touches_the_window_is_left_out(change: int) -> None:
    (before,) = zones.segments("Europe/London", change - HOUR, change)
    (after,) = zones.segments("Europe/London", change, change + HOUR)
    assert (before.end, after.start) == (change, change)


@often
@given(near_a_change)
def test_a_reading_has_the_instants_that_its_folds_have(near: tuple[tuple[str, int], int]) -> None:
    (zone, change), shift = near
    wanted = reading(zone, change) + shift
    assert list(zones.instants(zone, wanted)) == instants_showing(zone, wanted)


@often
@given(near_a_change)
def test_an_instant_is_the_first_at_which_the_clock_shows_the_reading_or_has_skipped_it(
    near: tuple[tuple[str, int], int],
) -> None:
    (zone, change), shift = near
    wanted = reading(zone, change) + shift
    found = zones.instant(zone, wanted)
    assert reading(zone, found - 1) < wanted <= reading(zone, found)


@settings(max_examples=100, deadline=None)
@given(near_a_change, st.integers(1, 40 * HOUR))
def test_open_during_holds_the_instants_whose_reading_lies_inside(
    near: tuple[tuple[str, int], int], length: int
) -> None:
    (zone, change), shift = near
    low = reading(zone, change) + shift
    window = (change - 3 * DAY, change + 4 * DAY)
    found = each_minute(zones.open_during(zone, low, low + length), *window)
    minutes = range(window[0] + -window[0] % MINUTE, window[1], MINUTE)
    assert found == [each for each in minutes if low <= reading(zone, each) < low + length]


@often
@given(zone_names, any_instant)
def test_an_instant_belongs_to_the_bounds_of_its_local_date(zone: str, instant: int) -> None:
    day = zones.local_date(zone, instant)
    assert any(start <= instant < end for start, end in zones.day_bounds(zone, day))


@often
@given(zone_names, any_instant)
def test_a_day_ends_where_the_next_one_begins(zone: str, instant: int) -> None:
    day = zones.local_date(zone, instant)
    bounds = zones.day_bounds(zone, day)
    tomorrow = zones.day_bounds(zone, day + timedelta(days=1))
    assume(len(bounds) == len(tomorrow) == 1)
    assert bounds[0][1] == tomorrow[0][0]


def test_a_reading_in_a_gap_has_no_instant() -> None:
    assert zones.instants("Europe/London", at(2024, 3, 31, 1, 30)) == ()


def test_a_reading_in_a_fold_has_two_instants() -> None:
    found = zones.instants("Europe/London", at(2024, 10, 27, 1, 30))
    assert found == (utc(2024, 10, 27, 0, 30), utc(2024, 10, 27, 1, 30))


def test_an_ordinary_reading_has_one_instant() -> None:
    found = zones.instants("Asia/Kathmandu", at(2024, 5, 1, 9))
    assert found == (utc(2024, 5, 1, 3, 15),)


def test_a_gap_ends_with_the_second_before_the_new_reading() -> None:
    assert zones.instants("Europe/London", at(2024, 3, 31, 1, 59, 59)) == ()
    assert zones.instants("Europe/London", at(2024, 3, 31, 2)) == (utc(2024, 3, 31, 1),)


def test_a_missing_reading_means_the_moment_of_the_change() -> None:
    wanted = at(2024, 3, 31, 1, 45)
    assert zones.instant("Europe/London", wanted) == utc(2024, 3, 31, 1)


def test_a_reading_that_comes_twice_means_its_first_instant() -> None:
    wanted = at(2024, 10, 27, 1, 45)
    assert zones.instant("Europe/London", wanted) == utc(2024, 10, 27, 0, 45)


def test_a_reading_on_a_date_that_was_skipped_means_the_moment_of_the_change() -> None:
    wanted = at(2011, 12, 30, 12)
    assert zones.instants("Pacific/Apia", wanted) == ()
    assert zones.instant("Pacific/Apia", wanted) == utc(2011, 12, 30, 10)


def test_the_date_that_apia_skipped_has_no_time() -> None:
    assert zones.day_bounds("Pacific/Apia", date(2011, 12, 30)) == []


def test_the_dates_around_the_one_that_apia_skipped_are_whole() -> None:
    change = utc(2011, 12, 30, 10)
    assert zones.day_bounds("Pacific/Apia", date(2011, 12, 29)) == [(change - DAY, change)]
    assert zones.day_bounds("Pacific/Apia", date(2011, 12, 31)) == [(change, change + DAY)]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2024, 3, 31), 23),
        ("Europe/London", date(2024, 10, 27), 25),
        ("Europe/Dublin", date(2024, 3, 31), 23),
        ("Europe/Dublin", date(2024, 10, 27), 25),
        ("Australia/Lord_Howe", date(2024, 10, 6), 23.5),
        ("Australia/Lord_Howe", date(2024, 4, 7), 24.5),
        ("Antarctica/Troll", date(2024, 3, 31), 22),
        ("Antarctica/Troll", date(2024, 10, 27), 26),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Asia/Tehran", date(2022, 3, 22), 23),
        ("Asia/Kathmandu", date(2024, 3, 31), 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: str, day: date, hours: float) -> None:
    ((start, end),) = zones.day_bounds(zone, day)
    assert (end - start) / HOUR == hours


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Sao_Paulo", date(2018, 11, 4), utc(2018, 11, 4, 3)),
        ("Asia/Beirut", date(2024, 3, 31), utc(2024, 3, 30, 22)),
        ("Africa/Cairo", date(2024, 4, 26), utc(2024, 4, 25, 22)),
    ],
)
def test_a_day_without_midnight_begins_when_the_clock_is_put_forward(
    zone: str, day: date, first: int
) -> None:
    assert zones.instants(zone, zones.reading_of(day)) == ()
    assert zones.day_bounds(zone, day)[0][0] == zones.instant(zone, zones.reading_of(day)) == first
    assert reading(zone, first) == zones.reading_of(day) + HOUR


def test_a_date_comes_in_two_pieces_where_the_clock_is_put_back_over_midnight() -> None:
    # until 2011 Newfoundland changed its clocks at one minute past midnight
    bounds = zones.day_bounds("America/St_Johns", date(2006, 10, 28))
    assert bounds == [
        (utc(2006, 10, 28, 2, 30), utc(2006, 10, 29, 2, 30)),
        (utc(2006, 10, 29, 2, 31), utc(2006, 10, 29, 3, 30)),
    ]


def test_a_date_depends_on_the_zone_in_which_it_is_read() -> None:
    instant = utc(2024, 5, 1, 23)
    assert zones.local_date("Pacific/Chatham", instant) == date(2024, 5, 2)
    assert zones.local_date("America/New_York", instant) == date(2024, 5, 1)


def test_the_reading_of_a_date_is_its_midnight() -> None:
    assert zones.reading_of(date(1970, 1, 2)) == DAY
    assert zones.reading_of(datetime(1970, 1, 2, 1, 2, 3)) == DAY + 3723  # noqa: DTZ001


@given(st.dates())
def test_a_date_can_be_read_back_from_any_second_of_it(day: date) -> None:
    midnight = zones.reading_of(day)
    assert zones.date_of(midnight) == zones.date_of(midnight + DAY - 1) == day


def test_an_instant_becomes_a_datetime_in_utc() -> None:
    found = zones.to_datetime(utc(2024, 5, 1, 9))
    assert found == datetime(2024, 5, 1, 9, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../etc/passwd",
        "/etc/localtime",
        "Nowhere/City",
        "Europe",
        "Europe/London\n",
        "\0",
        5,
        [],
    ],
)
def test_what_is_no_zone_is_refused_by_name(name: object) -> None:
    with pytest.raises(zones.NoSuchZone) as refused:
        zones.zone_info(name)
    assert refused.value.name == name
    assert isinstance(refused.value, ValueError)
