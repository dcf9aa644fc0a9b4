"""Clocks with which availability has gone wrong elsewhere, one test for each."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from tests.availability.one_provider import (
    AUTUMN,
    MONDAY,
    NEW_YORK,
    SPRING,
    clock,
    one,
    shown,
    starts,
)
from tests.availability.times import DAY, HOUR

from bookable.testing import freeze

pytestmark = pytest.mark.django_db


def test_on_a_gap_day_the_missing_hour_is_not_offered() -> None:  # 1
    found = shown(one(NEW_YORK), SPRING)
    assert len(found) == 23
    assert "02:00" not in found


def test_on_a_fold_day_the_repeated_hour_is_offered_twice() -> None:  # 2
    found = starts(one(NEW_YORK), AUTUMN)
    assert len({start.astimezone(UTC) for start in found}) == 25
    assert [f"{start:%H:%M}" for start in found[:3]] == ["00:00", "01:00", "01:00"]


def test_hours_wholly_in_the_gap_offer_nothing() -> None:  # 3
    assert shown(one(NEW_YORK, "02:00-03:00", duration=15), SPRING) == []


def test_hours_that_begin_in_the_gap_begin_after_it_on_their_own_grid() -> None:  # 4
    assert shown(one(NEW_YORK, "02:15-05:00"), SPRING) == ["03:15"]


def test_hours_that_end_in_the_gap_end_before_it() -> None:  # 5
    assert shown(one(NEW_YORK, "00:30-02:30", duration=30), SPRING) == ["00:30", "01:00", "01:30"]


def test_hours_wholly_in_the_fold_are_open_twice() -> None:  # 6
    found = starts(one(NEW_YORK, "01:00-02:00", duration=60), AUTUMN)
    assert [start.utcoffset() for start in found] == [-4 * HOUR, -5 * HOUR]


def test_a_fold_of_half_an_hour_keeps_the_starts_on_the_hour() -> None:  # 7
    found = shown(one("Australia/Lord_Howe", "00:00-06:00"), date(2024, 4, 7))
    assert found == ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"]


def test_a_gap_of_half_an_hour_keeps_the_starts_on_the_hour() -> None:  # 7
    found = shown(one("Australia/Lord_Howe", "00:00-06:00"), date(2024, 10, 6))
    assert found == ["00:00", "01:00", "03:00", "04:00", "05:00"]


def test_the_date_that_samoa_skipped_is_empty_and_its_neighbours_are_whole() -> None:  # 8
    service = one("Pacific/Apia")
    assert [len(shown(service, date(2011, 12, day))) for day in (29, 31)] == [24, 24]
    with freeze("2011-12-20"):
        days = service.days(date(2011, 12, 29), date(2012, 1, 1))
    assert {day.date.day: day.slots for day in days} == {29: 24, 30: 0, 31: 24}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Beirut", date(2024, 3, 31)),
        ("Africa/Cairo", date(2024, 4, 26)),
        ("America/Sao_Paulo", date(2018, 11, 4)),
    ],
)
def test_a_day_that_begins_at_one_o_clock_has_no_midnight(zone: str, day: date) -> None:  # 9
    assert shown(one(zone), day) == clock("01:00", "23:00")


def test_a_night_shift_across_the_gap_is_an_hour_shorter() -> None:  # 10
    found = shown(one(NEW_YORK, "22:00-06:00 +1"), SPRING - DAY, days=2)
    first = found.index("22:00")
    assert found[first : first + 7] == [
        "22:00",
        "23:00",
        "00:00",
        "01:00",
        "03:00",
        "04:00",
        "05:00",
    ]


def test_a_night_shift_across_the_fold_is_an_hour_longer() -> None:  # 10
    found = shown(one(NEW_YORK, "22:00-03:00 +1"), AUTUMN - DAY, days=2)
    first = found.index("22:00")
    assert found[first : first + 6] == ["22:00", "23:00", "00:00", "01:00", "01:00", "02:00"]


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns"])
def test_odd_offsets_keep_the_hours_on_the_wall(zone: str) -> None:  # 11
    assert shown(one(zone, "09:00-12:00"), MONDAY) == ["09:00", "10:00", "11:00"]


def test_both_changes_of_ramadan_in_casablanca_are_kept() -> None:  # 12
    service = one("Africa/Casablanca")
    assert len(shown(service, date(2024, 3, 10))) == 25
    assert len(shown(service, date(2024, 4, 14))) == 23


def test_winter_time_that_is_negative_in_dublin_is_kept() -> None:  # 13
    service = one("Europe/Dublin")
    assert len(shown(service, date(2024, 10, 27))) == 25
    assert len(shown(service, date(2024, 3, 31))) == 23


def test_a_summer_time_of_two_hours_is_kept() -> None:  # 14
    service = one("Antarctica/Troll")
    assert len(shown(service, date(2024, 3, 31))) == 22
    assert len(shown(service, date(2024, 10, 27))) == 26


def test_a_zone_that_changes_its_usual_offset_is_kept() -> None:  # 15
    service = one("America/Nuuk", "09:00-10:00")
    before, after = (starts(service, date(year, 1, 9))[0].utcoffset() for year in (2023, 2025))
    assert (before, after) == (-3 * HOUR, -2 * HOUR)
