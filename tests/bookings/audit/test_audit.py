"""Where everything is in order no fault is found, and many bookings cost no more than one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import at

from bookable.bookings.audit import find_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.models import Booking, State
from bookable.bookings.reschedule import reschedule
from bookable.models import Provider, Service
from bookable.testing import (
    assert_never_double_booked,
    make_booking,
    make_customer,
    make_need,
    make_provider,
    make_session,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


def test_everyday_life_leaves_no_fault(service: Service, clock: FrozenClock) -> None:
    ann, bikes = make_provider("Ann"), make_provider("Bikes", units=4)
    make_need(service, ann)
    make_need(service, bikes, per_seat=True)

    def book(start: str, **options: Any) -> Booking:
        return confirm(hold(service, at(start), customer=make_customer(), **options))

    stays, moves, leaves = book("10:00", seats=2), book("10:00"), book("12:00")
    reschedule(moves, at("12:00"))
    cancel(leaves)
    hold(service, at("14:00"), customer=make_customer(), minutes=5)
    assert find_faults() == []
    clock.move_to(at("12:30"))
    assert find_faults() == []
    complete(stays)
    mark_no_show(moves)
    assert find_faults() == []


@pytest.mark.parametrize("state", State.values)
def test_every_state_that_a_booking_can_come_to_is_accepted(
    state: str, service: Service, ann: Provider
) -> None:
    make_booking(service, at("10:00"), ann, state=state)
    assert find_faults() == []


def test_many_bookings_cost_no_more_queries_than_one(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    with CaptureQueriesContext(connection) as few:
        find_faults()
    for number in range(1, 30):
        make_booking(service, at("10:00") + timedelta(days=number), ann)
    with CaptureQueriesContext(connection) as many:
        find_faults()
    assert len(many) == len(few)


def test_the_harness_says_which_faults_there_are(service: Service, ann: Provider) -> None:
    assert_never_double_booked()
    make_session(service, at("10:00"), ann, seats_taken=0)
    with pytest.raises(AssertionError, match="stuck: Claim"):
        assert_never_double_booked()
