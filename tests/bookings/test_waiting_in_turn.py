"""First come, first served: also where many wait, where one waits twice, where a class is off."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import at
from tests.bookings.waiting import booked, moves_up, offered, one_to_one, states, waits

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.offer_waiting import offer_waiting
from bookable.models import Provider, Service
from bookable.testing import make_customer, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen(clock: FrozenClock) -> None:
    """So that nothing depends on the day."""


# Many who wait


def test_nobody_is_passed_over_by_somebody_who_came_later() -> None:
    service = one_to_one()
    everybody = [waits(service, "09:00", "12:00") for _ in range(4)]
    late = waits(service, "12:00", "12:00")
    assert offer_waiting() == 4
    assert states(*everybody, late) == [*["offered"] * 4, "waiting"]


def test_who_waits_for_a_day_in_three_years_keeps_nobody_from_today() -> None:
    service = one_to_one(horizon_days=3000)
    near = waits(service)
    far = waits(service)
    type(far).objects.filter(pk=far.pk).update(
        earliest=at("09:00").replace(year=2034), latest=at("17:00").replace(year=2034)
    )
    assert offer_waiting() == 2
    assert states(near, far) == ["offered", "offered"]


# One who waits twice


def test_who_is_offered_something_waits_for_nothing_else_of_the_service_until_they_answer() -> None:
    service, cleo = one_to_one(), make_customer("Cleo")
    first = waits(service, "09:00", "12:00", customer=cleo)
    second = waits(service, "09:00", "13:00", customer=cleo)
    other = waits(service, "09:00", "10:00")
    assert offer_waiting() == 2
    assert states(first, second, other) == ["offered", "waiting", "offered"]
    accept_offer(first)
    assert offer_waiting() == 1
    assert states(second) == ["offered"]


def test_a_place_that_is_left_goes_to_whoever_has_no_offer_yet() -> None:
    service, cleo = one_to_one(), make_customer("Cleo")
    leaving = [booked(service, "10:00"), booked(service, "11:00")]
    entries = [waits(service, hour, hour, customer=cleo) for hour in ("10:00", "11:00")]
    other = waits(service, "10:00", "11:00")
    for booking in leaving:
        cancel(booking)
    assert states(*entries, other) == ["offered", "waiting", "offered"]


def test_what_is_offered_of_one_service_does_not_count_for_another() -> None:
    cleo = make_customer("Cleo")
    entries = [waits(one_to_one(), customer=cleo) for _ in range(2)]
    assert offer_waiting() == 2
    assert states(*entries) == ["offered", "offered"]


def test_somebody_who_said_no_is_still_in_line_for_something_else() -> None:
    service, cleo = one_to_one(), make_customer("Cleo")
    first, second = (waits(service, hour, hour, customer=cleo) for hour in ("10:00", "11:00"))
    offer_waiting()
    decline_offer(first)
    offer_waiting()
    assert states(second) == ["offered"]


# Classes that were called off


@pytest.fixture
def yoga() -> Service:
    service = make_service(capacity=2)
    make_provider("Ann", offers=service)
    return service


def test_a_class_that_was_called_off_is_not_offered_again(yoga: Service) -> None:
    teacher = Provider.objects.get()
    session = make_session(yoga, at("10:00"), teacher, opened_by_staff=True, seats_taken=0)
    entry = waits(yoga, "10:00", "10:00")
    cancel_session(session, reason="teacher ill")
    assert offer_waiting() == 0
    assert states(entry) == ["waiting"]


def test_another_start_is_offered_in_the_place_of_one_that_was_called_off(yoga: Service) -> None:
    session = make_session(yoga, at("10:00"), Provider.objects.get(), opened_by_staff=True)
    entry = waits(yoga, "10:00", "11:00")
    cancel_session(session)
    offer_waiting()
    assert offered(entry).session.start == at("11:00")


def test_a_class_that_staff_opened_instead_is_offered(yoga: Service) -> None:
    session = make_session(yoga, at("10:00"), Provider.objects.get(), opened_by_staff=True)
    entry = waits(yoga, "10:00", "10:00")
    cancel_session(session)
    bob = make_provider("Bob", offers=yoga)
    instead = make_session(yoga, at("10:00"), bob, opened_by_staff=True, seats_taken=0)
    offer_waiting()
    assert offered(entry).session == instead


# What it costs


def test_those_who_may_have_no_more_cost_no_transaction() -> None:
    service = one_to_one(max_per_customer=1)
    cleo = make_customer("Cleo")
    booked(service, "16:00", customer=cleo)
    waits(service, customer=cleo)
    with CaptureQueriesContext(connection) as captured:
        assert offer_waiting() == 0
    assert not [one for one in captured if "FOR UPDATE" in one["sql"] or "INSERT" in one["sql"]]


def test_all_who_ask_the_same_and_have_nothing_cost_one_look() -> None:
    service = one_to_one()
    for hour in range(9, 17):
        booked(service, f"{hour:02}:00")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert offer_waiting() == 0
        return len(captured)

    waits(service, high="16:00")
    few = asked()
    for _ in range(9):
        waits(service, high="16:00")
    assert asked() == few


def test_a_move_up_is_offered_once_at_a_time_as_well() -> None:
    service, cleo = one_to_one(), make_customer("Cleo")
    bookings = [booked(service, hour, customer=cleo) for hour in ("15:00", "16:00")]
    entries = [moves_up(one, "09:00", "12:00") for one in bookings]
    assert offer_waiting() == 1
    assert states(*entries) == ["offered", "waiting"]
