"""The lanes of single seats last as long as their booking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.classes import book, ride, who
from tests.bookings.times import at

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.guard import guard, unguard
from bookable.bookings.hold import hold
from bookable.bookings.open_session import open_session
from bookable.errors import SlotTaken
from bookable.models import Booking, Claim, State
from bookable.testing import make_customer, make_provider, make_service, make_waiting_entry
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def test_a_bike_is_kept_as_long_as_a_hold_that_was_extended(clock: FrozenClock) -> None:
    service = ride(bikes=1)
    held = hold(service, at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=8))
    extend_hold(held)
    clock.tick(timedelta(minutes=8))
    with pytest.raises(SlotTaken):
        hold(service, at("10:00"), customer=make_customer())
    assert confirm(held).state == State.CONFIRMED


def test_a_bike_is_held_again_when_a_payment_came_to_nothing(clock: FrozenClock) -> None:
    service = ride(bikes=1)
    tour = make_service("Tour", slot_interval=60)
    tour.needs.create(position=0).providers.set([who("Bikes")])
    held = hold(service, at("10:00"), customer=make_customer())
    unguard(guard(held, at("12:00", 4)), at("08:20", 4))
    clock.move_to(at("08:20", 4))
    assert hold(tour, at("10:00"), customer=make_customer()).pk


def test_a_class_for_one_that_somebody_moves_up_into_has_its_bike() -> None:
    service = make_service("Ride", capacity=1)
    bikes = make_provider("Bikes", kind="equipment", units=1)
    service.needs.create(position=0, per_seat=True).providers.set([bikes])
    open_session(service, at("10:00", 20))
    make_waiting_entry(service, at("00:00", 20), at("23:00", 20))
    cancel(book(service, at("10:00", 20)))
    offered = Booking.objects.get(state=State.HELD)
    confirm(offered)
    assert Claim.objects.filter(booking=offered, released_at=None, expires_at=None).count() == 1
