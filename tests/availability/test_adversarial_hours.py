"""Hours and dates with which availability has gone wrong elsewhere, and the starts in them."""

from __future__ import annotations

import pytest
from tests.availability.one_provider import (
    MONDAY,
    clock,
    moment,
    on_date,
    one,
    provider_of,
    shown,
    starts,
)
from tests.availability.times import DAY

from bookable.schedule.models import DateHours
from bookable.testing import freeze

pytestmark = pytest.mark.django_db


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
