"""Checking in once it has begun, or is over, or was only confirmed by then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.classes import book, user, yoga
from tests.bookings.times import DAY, at

from bookable.bookings.actors import GUEST
from bookable.bookings.approve import approve
from bookable.bookings.check_in import check_in
from bookable.bookings.confirm import confirm
from bookable.bookings.free_unchecked import free_unchecked
from bookable.bookings.hold import hold
from bookable.errors import TooLate
from bookable.models import Booking, State
from bookable.testing import make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def test_a_customer_checks_in_until_it_is_over(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("11:00") - timedelta(seconds=1))
    assert check_in(booking, by=GUEST).checked_in_at is not None


@pytest.mark.parametrize("later", [timedelta(), 3 * DAY])
def test_no_customer_checks_in_once_it_is_over(clock: FrozenClock, later: timedelta) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("11:00") + later)
    with pytest.raises(TooLate, match="too late to check in"):
        check_in(booking, by=GUEST)
    booking.refresh_from_db()
    assert booking.checked_in_at is None


@pytest.mark.parametrize("somebody", [lambda: user("change_booking"), lambda: None])
def test_staff_may_say_afterwards_that_somebody_was_there(
    clock: FrozenClock, somebody: Callable[[], Any]
) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("11:00") + DAY)
    assert check_in(booking, by=somebody()).checked_in_at is not None


def held_until_it_begins(clock: FrozenClock, **fields: Any) -> Booking:
    """A place of which nobody knows yet at nine minutes to ten whether it is taken."""
    service = yoga(check_in_minutes=5, **fields)
    return hold(service, at("10:00", day=4), customer=make_customer(), minutes=24 * 60)


def test_whoever_is_confirmed_after_the_start_has_as_long_as_all_others(
    clock: FrozenClock,
) -> None:
    booking = held_until_it_begins(clock)
    clock.move_to(at("10:06", day=4))
    confirm(booking)
    assert free_unchecked() == 0
    clock.move_to(at("10:11", day=4) - timedelta(seconds=1))
    assert free_unchecked() == 0
    clock.move_to(at("10:11", day=4))
    assert free_unchecked() == 1
    booking.refresh_from_db()
    assert booking.state == State.NO_SHOW


def test_a_request_that_is_approved_late_has_as_long_as_well(clock: FrozenClock) -> None:
    booking = held_until_it_begins(clock, requires_approval=True).request()
    Booking.objects.update(expires_at=at("12:00", day=4))
    clock.move_to(at("10:06", day=4))
    if approve(booking).state != State.CONFIRMED:
        confirm(booking)
    assert free_unchecked() == 0


def test_whoever_is_confirmed_long_before_has_to_be_there_at_the_start(clock: FrozenClock) -> None:
    booking = confirm(held_until_it_begins(clock))
    clock.move_to(at("10:05", day=4))
    assert free_unchecked() == 1
    booking.refresh_from_db()
    assert booking.state == State.NO_SHOW


def test_when_each_was_confirmed_is_known_from_one_query(
    clock: FrozenClock, django_assert_num_queries: Any
) -> None:
    service = yoga(check_in_minutes=50)
    for _number in range(4):
        book(service, at("10:00"))
    clock.move_to(at("10:30"))
    with django_assert_num_queries(1):
        assert free_unchecked() == 0
