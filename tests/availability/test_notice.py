"""How soon and how far ahead a start may lie."""

from __future__ import annotations

from datetime import date

import pytest
from tests.availability.times import DAY, MINUTE, MONDAY, SUNDAY, TUESDAY, at, times

from bookable.catalog.models import Service
from bookable.testing import make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    service = make_service()
    make_provider(offers=service)
    return service


def test_what_has_passed_is_not_offered(service: Service, sunday: FrozenClock) -> None:
    sunday.move_to(at("12:30"))
    assert times(service) == ["13:00", "14:00", "15:00", "16:00"]
    assert [str(reason) for reason in service.explain(at("12:00"))] == ["This time has passed."]


def test_a_start_at_this_very_second_is_offered(service: Service, sunday: FrozenClock) -> None:
    sunday.move_to(at("13:00"))
    assert times(service)[0] == "13:00"
    sunday.tick(MINUTE / 60)
    assert times(service)[0] == "14:00"


def test_notice_that_ends_between_two_starts_leaves_the_later(
    service: Service, sunday: FrozenClock
) -> None:
    service.min_notice = 45
    sunday.move_to(at("11:30"))
    assert times(service)[0] == "13:00"


def test_notice_that_ends_at_a_start_leaves_it(service: Service, sunday: FrozenClock) -> None:
    service.min_notice = 120
    sunday.move_to(at("11:00"))
    assert times(service)[0] == "13:00"


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (1, "It must be booked at least 1 minute ahead."),
        (90, "It must be booked at least 90 minutes ahead."),
        (60, "It must be booked at least 1 hour ahead."),
        (1440, "It must be booked at least 24 hours ahead."),
    ],
)
def test_too_little_notice_is_explained(
    service: Service, sunday: FrozenClock, minutes: int, sentence: str
) -> None:
    service.min_notice = minutes
    sunday.move_to(at("09:59:00") + MINUTE / 2)
    (reason,) = service.explain(at("10:00"))
    assert (reason.code, reason.text) == ("notice", sentence)


def test_a_start_exactly_at_the_horizon_is_offered_and_none_after(
    service: Service, sunday: FrozenClock
) -> None:
    sunday.move_to(at("11:00"))
    service.horizon_days = 1
    assert times(service, day=TUESDAY) == ["09:00", "10:00", "11:00"]
    assert times(service, day=TUESDAY + DAY) == []


def test_a_start_beyond_the_horizon_is_explained(service: Service) -> None:
    service.horizon_days = 1
    (reason,) = service.explain(at("10:00"))
    assert (reason.code, str(reason)) == ("horizon", "It can be booked at most 1 day ahead.")


def test_the_first_and_the_last_day_are_offered_whole(service: Service) -> None:
    service.bookable_from = service.bookable_until = MONDAY
    assert times(service, day=SUNDAY) == []
    assert len(times(service)) == 8
    assert times(service, day=TUESDAY) == []


def test_the_days_before_the_first_and_after_the_last_are_explained(service: Service) -> None:
    service.bookable_from = service.bookable_until = MONDAY
    (before,), (after,) = (service.explain(at("10:00", day)) for day in (SUNDAY, TUESDAY))
    assert before.text == "It can be booked from March 2, 2026 on."
    assert after.text == "It can be booked until March 2, 2026."


def test_the_first_and_the_last_day_are_those_of_the_services_zone(sunday: FrozenClock) -> None:
    service = make_service(zone="Asia/Tokyo", bookable_from=MONDAY, bookable_until=MONDAY)
    make_provider(offers=service, hours=["00:00-24:00"])
    found = service.slots(at("00:00", SUNDAY), at("00:00", TUESDAY))
    assert (found[0].start, found[-1].start) == (at("15:00", SUNDAY), at("14:00"))


def test_the_next_start_keeps_the_notice_and_the_horizon(
    service: Service, sunday: FrozenClock
) -> None:
    service.min_notice = 36 * 60
    found = service.next_slot()
    assert found is not None
    assert found.start == at("12:00")
    service.bookable_until = SUNDAY
    assert service.next_slot() is None


def test_a_service_may_begin_beyond_the_first_look(service: Service) -> None:
    service.bookable_from = date(2026, 7, 1)
    found = service.next_slot()
    assert found is not None
    assert found.start == at("09:00", date(2026, 7, 1))


def test_a_long_stay_at_the_horizon_respects_what_lies_beyond_it(sunday: FrozenClock) -> None:
    service = make_service(duration=5 * 1440, slot_interval=1440, horizon_days=3)
    car = make_provider("Car", offers=service, hours=["00:00-24:00"])
    car.date_hours.create(date=SUNDAY + 7 * DAY)
    after = at("01:00", TUESDAY)
    assert service.slots(after, after + 30 * DAY) == []
    assert service.next_slot(after) is None
