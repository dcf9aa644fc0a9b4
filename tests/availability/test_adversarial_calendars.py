"""Buffers and busy times with which availability has gone wrong elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.availability.one_provider import MONDAY, clock, moment, one, provider_of, shown
from tests.availability.times import DAY, HOUR

from bookable.testing import make_busy_time, make_session, make_time_off

pytestmark = pytest.mark.django_db


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
