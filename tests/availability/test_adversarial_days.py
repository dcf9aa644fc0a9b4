"""Days with which availability has gone wrong elsewhere: customers' own, and long ones."""

from __future__ import annotations

from datetime import date

import pytest
from tests.availability.one_provider import (
    MONDAY,
    NEW_YORK,
    SPRING,
    moment,
    on_date,
    one,
    provider_of,
    shown,
)
from tests.availability.times import DAY, HOUR

from bookable.testing import freeze

pytestmark = pytest.mark.django_db


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
