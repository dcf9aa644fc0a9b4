"""Cases in which availability has gone wrong elsewhere, one test for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from bookable.catalog.models import Provider, Service
from bookable.schedule.models import DateHours
from bookable.testing import (
    freeze,
    make_busy_time,
    make_need,
    make_provider,
    make_service,
    make_session,
    make_time_off,
)
from bookable.timeline.walltime import parse_walltime

pytestmark = pytest.mark.django_db

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NEW_YORK, SPRING, AUTUMN = "America/New_York", date(2024, 3, 10), date(2024, 11, 3)
MONDAY = date(2024, 5, 13)


def one(zone: str = "UTC", *hours: str, **fields: Any) -> Service:
    """A service whose only provider works every day, all day if no hours are given."""
    service = make_service(zone=zone, **fields)
    make_provider("Ann", offers=service, hours=hours or ("00:00-24:00",), zone=zone)
    return service


def starts(service: Service, day: date, days: int = 1, **asked: Any) -> list[datetime]:
    """The starts on a date of the service's zone, as its wall shows them."""
    zone = ZoneInfo(service.zone)
    with freeze(datetime.combine(day, datetime.min.time(), UTC) - 5 * DAY):
        found = service.slots(day, day + days * DAY, **asked)
    return [slot.start.astimezone(zone) for slot in found]


def shown(service: Service, day: date, days: int = 1, **asked: Any) -> list[str]:
    return [f"{start:%H:%M}" for start in starts(service, day, days, **asked)]


def clock(first: str, last: str, step: int = 60) -> list[str]:
    """Times on the wall from the first to the last."""
    span = range(parse_walltime(first), parse_walltime(last) + 1, step)
    return [f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in span]


def moment(day: date, text: str, zone: str = "UTC") -> datetime:
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
    return (midnight + parse_walltime(text) * MINUTE).astimezone(UTC)


def provider_of(service: Service) -> Provider:
    return service.offerings.get().provider


def on_date(service: Service, day: date, *hours: str, kind: str = "instead") -> None:
    """Says something about one date, with hours or without."""
    provider = provider_of(service)
    if not hours:
        DateHours.objects.create(provider=provider, date=day, kind="closed")
    for text in hours:
        opens, closes = map(parse_walltime, text.split("-"))
        DateHours.objects.create(provider=provider, date=day, kind=kind, opens=opens, closes=closes)


# -- clocks and zones


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


def test_a_customers_day_holds_the_end_of_one_and_the_start_of_another() -> None:  # 16
    service = one("Asia/Tokyo", "09:00-17:00")
    low = moment(MONDAY, "00:00", NEW_YORK)
    with freeze(low - 5 * DAY):
        days = service.days(low, low + DAY, zone=NEW_YORK)
    assert [(day.date, day.slots) for day in days] == [(MONDAY, 8)]


def test_a_month_of_the_customers_calendar_is_whole_at_both_ends() -> None:  # 16
    service = one("Asia/Tokyo", "06:00-12:00")
    low, high = (moment(date(2024, month, 1), "00:00", "America/Los_Angeles") for month in (5, 6))
    with freeze(low - DAY):
        days = service.days(low, high, zone="America/Los_Angeles")
    assert len(days) == 31
    assert {day.slots for day in days} == {6}


def test_the_customers_clock_does_not_change_the_providers_day() -> None:  # 17
    service = one("Asia/Tokyo")
    low = moment(SPRING, "00:00", NEW_YORK)
    with freeze(low - DAY):
        (day,) = service.days(low, moment(SPRING + DAY, "00:00", NEW_YORK), zone=NEW_YORK)
    assert (day.date, day.slots) == (SPRING, 23)


def test_a_day_may_end_at_twenty_four() -> None:  # 19
    found = shown(one("UTC", "22:00-24:00"), MONDAY)
    assert found == ["22:00", "23:00"]


def test_a_shift_may_last_longer_than_a_day() -> None:  # 20
    service = one("UTC", duration=30 * 60, slot_interval=60)
    provider_of(service).weekly_hours.all().delete()
    on_date(service, MONDAY, "18:00-24:00 +1", kind="extra")
    assert shown(service, MONDAY, days=3) == ["18:00"]


def test_the_end_of_a_long_shift_is_found_on_the_day_after_the_next_in_utc() -> None:  # 20
    service = one("America/Los_Angeles", slot_interval=60)
    provider_of(service).weekly_hours.all().delete()
    on_date(service, MONDAY, "18:00-24:00 +1", kind="extra")
    late = moment(MONDAY + DAY, "23:00", "America/Los_Angeles")
    with freeze(late - DAY):
        assert [slot.start for slot in service.slots(late, late + HOUR)] == [late]


# -- the engine


def test_the_answer_does_not_depend_on_the_window() -> None:  # 21
    service = one("UTC", "09:10-12:10", slot_interval=25, duration=20)
    with freeze(moment(MONDAY, "00:00") - DAY):
        whole = service.slots(moment(MONDAY, "00:00"), moment(MONDAY, "24:00"))
        part = service.slots(moment(MONDAY, "10:01"), moment(MONDAY, "11:01"))
    assert part == [slot for slot in whole if moment(MONDAY, "10:01") <= slot.start][:2]


def test_one_who_never_closes_keeps_one_grid() -> None:  # 22
    service = one("UTC", slot_interval=50, duration=50)
    found = starts(service, MONDAY, days=2)
    assert len(found) == 2 * 29
    assert found[29].hour == found[29].minute == 0


def test_a_session_may_run_across_hours_that_touch() -> None:  # 23
    service = one("UTC", "09:00-10:30", "10:30-12:00", slot_interval=45)
    assert shown(service, MONDAY) == ["09:00", "09:45", "10:30"]


def test_of_hours_inside_hours_the_inner_ones_own_the_grid() -> None:  # 24
    service = one("UTC", "09:00-14:00", "10:15-12:15")
    assert shown(service, MONDAY) == ["09:00", "10:00", "10:15", "11:15", "13:00"]


def test_a_date_can_be_closed() -> None:  # 25
    service = one("UTC", "09:00-11:00")
    on_date(service, MONDAY)
    assert shown(service, MONDAY) == []
    assert shown(service, MONDAY + DAY) == ["09:00", "10:00"]


def test_a_closed_weekday_can_be_open_on_a_date() -> None:  # 25
    service = one("UTC", "09:00-11:00")
    provider_of(service).weekly_hours.filter(weekday=0).delete()
    on_date(service, MONDAY, "14:00-15:00", kind="extra")
    assert shown(service, MONDAY) == ["14:00"]


def test_hours_of_a_date_that_is_closed_for_all_may_be_given_to_one() -> None:  # 25
    service = one("UTC", "09:00-11:00")
    DateHours.objects.create(date=MONDAY)
    assert shown(service, MONDAY) == []
    on_date(service, MONDAY, "14:00-15:00")
    assert shown(service, MONDAY) == ["14:00"]


@pytest.mark.parametrize("hours", [(), ("14:00-15:00",)])
def test_what_is_said_of_one_goes_before_what_is_said_for_all(hours: tuple[str, ...]) -> None:  # 25
    service = one("UTC", "09:00-11:00")
    DateHours.objects.create(date=MONDAY, kind="instead", opens=18 * 60, closes=20 * 60)
    assert shown(service, MONDAY) == ["18:00", "19:00"]
    on_date(service, MONDAY, *hours)
    assert shown(service, MONDAY) == (["14:00"] if hours else [])


def test_extra_hours_for_all_are_added_even_to_a_closed_date() -> None:  # 25
    service = one("UTC", "09:00-11:00")
    on_date(service, MONDAY)
    DateHours.objects.create(date=MONDAY, kind="extra", opens=18 * 60, closes=19 * 60)
    assert shown(service, MONDAY) == ["18:00"]


def test_closing_the_day_on_which_a_night_begins_closes_the_night() -> None:  # 25
    service = one("UTC", "22:00-02:00 +1")
    on_date(service, MONDAY)
    assert shown(service, MONDAY) == ["00:00", "01:00"]
    assert shown(service, MONDAY + DAY) == ["22:00", "23:00"]


def test_a_duration_equal_to_the_hours_fits_once() -> None:  # 26
    assert shown(one("UTC", "09:00-17:00", duration=480, slot_interval=15), MONDAY) == ["09:00"]


def test_a_duration_longer_than_any_hours_never_fits() -> None:  # 27
    service = one("UTC", "09:00-17:00", duration=481, slot_interval=15)
    assert shown(service, MONDAY, days=7) == []
    with freeze(moment(MONDAY, "00:00")):
        assert service.next_slot() is None


def test_a_step_longer_than_the_duration_leaves_pauses() -> None:  # 28
    service = one("UTC", "09:00-13:00", duration=20, slot_interval=90)
    assert shown(service, MONDAY) == ["09:00", "10:30", "12:00"]


@pytest.mark.parametrize("step", [7, 50])
def test_a_step_that_does_not_divide_the_hour_is_counted_from_the_opening(step: int) -> None:  # 28
    service = one("UTC", "09:00-13:00", duration=30, slot_interval=step)
    assert shown(service, MONDAY) == clock("09:00", "12:30", step)


def test_buffers_may_reach_outside_the_hours() -> None:  # 29
    service = one("UTC", "09:00-11:00", buffer_before=30, buffer_after=30)
    assert shown(service, MONDAY) == ["09:00", "10:00"]


def test_buffers_may_not_reach_into_what_is_busy() -> None:  # 29
    service = one("UTC", "09:00-14:00", buffer_before=30, buffer_after=15)
    make_busy_time(provider_of(service), moment(MONDAY, "11:00"), moment(MONDAY, "11:31"))
    assert shown(service, MONDAY) == ["09:00", "13:00"]


def test_buffers_may_reach_into_time_off() -> None:  # 29
    service = one("UTC", "09:00-13:00", buffer_before=30, buffer_after=15)
    make_time_off(provider_of(service), moment(MONDAY, "11:00"), moment(MONDAY, "12:00"))
    assert shown(service, MONDAY) == ["09:00", "10:00", "12:00"]


def test_buffers_of_neighbouring_sessions_add_up() -> None:  # 29
    service = one("UTC", "09:00-14:00", buffer_before=10, buffer_after=20, slot_interval=10)
    make_session(service, moment(MONDAY, "11:00"), provider_of(service))
    assert shown(service, MONDAY) == [*clock("09:00", "09:30", 10), *clock("12:30", "13:00", 10)]


def test_what_ends_as_the_start_begins_does_not_matter() -> None:  # 30
    service = one("UTC", "09:00-12:00")
    make_busy_time(provider_of(service), moment(MONDAY, "10:00"), moment(MONDAY, "11:00"))
    assert shown(service, MONDAY) == ["09:00", "11:00"]


def test_what_is_busy_for_no_more_than_a_microsecond_blocks_one_start() -> None:  # 31
    service = one("UTC", "09:00-12:00", slot_interval=30)
    ten = moment(MONDAY, "10:00")
    make_busy_time(provider_of(service), ten, ten + timedelta(microseconds=1))
    assert shown(service, MONDAY) == ["09:00", "10:30", "11:00"]


def test_what_is_busy_for_years_blocks_everything() -> None:  # 32
    service = one()
    make_busy_time(
        provider_of(service), moment(MONDAY, "00:00") - 2000 * DAY, moment(MONDAY, "22:00")
    )
    assert shown(service, MONDAY) == ["22:00", "23:00"]


def test_busy_times_may_overlap_each_other() -> None:  # 33
    service = one("UTC", "09:00-15:00")
    for start, end in (("10:00", "13:00"), ("10:30", "11:00"), ("12:30", "13:30")):
        make_busy_time(provider_of(service), moment(MONDAY, start), moment(MONDAY, end))
    assert shown(service, MONDAY) == ["09:00", "14:00"]


def test_busy_times_may_end_at_odd_seconds() -> None:  # 34
    service = one("UTC", "09:00-15:00", duration=1, slot_interval=1)
    odd = moment(MONDAY, "10:07") + timedelta(seconds=31)
    make_busy_time(provider_of(service), odd, odd + HOUR)
    found = shown(service, MONDAY)
    assert found.index("10:06") + 1 == found.index("11:08")


def test_notice_between_two_starts_leaves_the_later() -> None:  # 35
    service = one("UTC", "09:00-12:00", min_notice=20)
    with freeze(moment(MONDAY, "09:55")):
        found = service.next_slot()
    assert found is not None
    assert found.start == moment(MONDAY, "11:00")


def test_the_horizon_cuts_starts_and_not_what_has_begun() -> None:  # 36
    service = one("UTC", "09:00-12:00", horizon_days=1)
    with freeze(moment(MONDAY - DAY, "10:30")):
        found = service.slots(moment(MONDAY, "00:00"), moment(MONDAY, "24:00"))
    assert [slot.start for slot in found] == [moment(MONDAY, "09:00"), moment(MONDAY, "10:00")]


def test_a_limit_counts_on_the_providers_day_and_not_on_the_customers() -> None:  # 37
    service = one("Asia/Tokyo", max_per_provider_day=1)
    make_session(service, moment(MONDAY, "01:00", "Asia/Tokyo"), provider_of(service))
    assert shown(service, MONDAY) == []
    assert len(shown(service, MONDAY - DAY)) == 24


def test_moving_within_a_full_day_does_not_count_oneself() -> None:  # 37
    service = one("UTC", "09:00-12:00", max_per_day=1)
    session = make_session(service, moment(MONDAY, "10:00"), provider_of(service))
    assert shown(service, MONDAY) == []
    assert shown(service, MONDAY, exclude=session) == ["09:00", "10:00", "11:00"]


def pair(first: Sequence[str], second: Sequence[str]) -> Service:
    """Staff and a room, with these hours."""
    service = make_service()
    make_need(service, make_provider("Ann", hours=first))
    make_need(service, make_provider("Room", hours=second))
    return service


def test_staff_and_room_that_are_free_by_turns_are_never_offered() -> None:  # 38
    service = pair(["09:00-10:30", "12:00-13:30"], ["10:30-12:00", "13:30-15:00"])
    assert shown(service, MONDAY) == []


def test_staff_and_room_that_are_free_together_for_too_short_are_never_offered() -> None:  # 38
    assert shown(pair(["09:00-11:00"], ["10:30-13:00"]), MONDAY) == []


def test_one_person_in_both_pools_is_counted_once() -> None:  # 39
    service = make_service()
    ann = make_provider("Ann")
    make_need(service, ann)
    make_need(service, ann)
    assert shown(service, MONDAY) == []


def test_a_need_beyond_the_capacity_is_answered_never() -> None:  # 40
    service = make_service()
    make_need(service, make_provider("Bikes", units=2), quantity=3)
    assert shown(service, MONDAY, days=30) == []
    with freeze(moment(MONDAY, "00:00")):
        assert service.next_slot() is None


@pytest.mark.parametrize("days", [1, 365])
@pytest.mark.parametrize("many", [1, 50, 500])
def test_more_providers_and_days_take_no_more_queries(
    many: int, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:  # 41
    service = make_service(horizon_days=400)
    for number in range(many):
        make_provider(f"Provider {number}", offers=service, weekdays=[0])
    with freeze(moment(MONDAY, "00:00")), django_assert_max_num_queries(4):
        assert service.slots(MONDAY, MONDAY + days * DAY)
