"""Seats that became free, and what each of them needs, go to those who wait for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.bookings.times import at
from tests.bookings.waiting import (
    booked,
    live_lanes,
    offer_of,
    offered,
    one_to_one,
    states,
    waits,
    with_bikes,
)

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.models import Claim, Provider, Session
from bookable.testing import (
    assert_never_double_booked,
    make_booking,
    make_customer,
    make_need,
    make_provider,
    make_service,
    make_session,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: FrozenClock) -> Iterator[FrozenClock]:
    """Whatever a test does, nothing is booked twice by its end."""
    yield clock
    assert_never_double_booked()


def test_those_for_whom_there_are_too_few_seats_are_passed_over() -> None:
    service = one_to_one(capacity=4)
    booked(service, seats=3)
    booking = booked(service)
    large, small = waits(service, seats=2), waits(service)
    cancel(booking)
    assert states(large, small) == ["waiting", "offered"]


def test_a_seat_with_a_certain_provider_can_be_waited_for() -> None:
    service = one_to_one(capacity=2)
    booked(service)
    booking, entry = booked(service), waits(service, provider=service.offerings.get().provider)
    cancel(booking)
    assert offered(entry).session == booking.session


def test_several_seats_go_to_several_people() -> None:
    service = one_to_one(capacity=4)
    staying, booking = booked(service), booked(service, seats=3)
    entries = [waits(service, seats=2), waits(service), waits(service)]
    cancel(booking)
    assert states(*entries) == ["offered", "offered", "waiting"]
    staying.session.refresh_from_db()
    assert staying.session.seats_taken == 4
    assert {offered(entry).session for entry in entries[:2]} == {staying.session}


def test_the_whole_class_can_change_hands() -> None:
    service = one_to_one(capacity=3)
    booking = booked(service, seats=3)
    entries = [waits(service, seats=2), waits(service), waits(service)]
    cancel(booking)
    assert states(*entries) == ["offered", "offered", "waiting"]
    [session] = Session.objects.filter(released_at=None)
    assert session.seats_taken == 3


def test_the_time_of_a_class_ends_with_its_last_offer(clock: FrozenClock) -> None:
    service = one_to_one(capacity=3)
    held = hold(service, at("10:00"), customer=make_customer(), minutes=5)
    booking, entry = booked(service), waits(service)
    cancel(booking)
    assert offered(entry).session == held.session
    assert held.session.claims.get().expires_at == at("10:00", 4)


def test_a_seat_in_a_session_that_staff_opened_goes_to_the_next() -> None:
    service = one_to_one(capacity=2)
    session = make_session(
        service, at("10:00"), service.offerings.get().provider, opened_by_staff=True, seats_taken=0
    )
    booking, entry = booked(service, seats=2), waits(service)
    assert booking.session == session
    cancel(booking)
    assert offered(entry).session == session
    assert session.claims.get().expires_at is None


def test_the_bike_goes_with_the_seat() -> None:
    service = with_bikes(bikes=2)
    booked(service)
    booking, entry = booked(service), waits(service)
    cancel(booking)
    offer = offered(entry)
    assert [claim.unit for claim in offer.claims.all()] == [1]
    assert offer.claims.get().expires_at == offer.expires_at
    assert live_lanes() == [("Ann", 0, "10:00"), ("Bikes", 0, "10:00"), ("Bikes", 1, "10:00")]


def test_two_bikes_go_to_two_people() -> None:
    service = with_bikes(bikes=3)
    booked(service)
    booking, entries = booked(service, seats=2), [waits(service), waits(service), waits(service)]
    cancel(booking)
    assert states(*entries) == ["offered", "offered", "waiting"]
    bikes = [offered(entry).claims.get().unit for entry in entries[:2]]
    assert sorted(bikes) == [1, 2]


def test_of_two_bikes_one_can_stay_free() -> None:
    service = with_bikes(bikes=3)
    booked(service)
    booking, entry = booked(service, seats=2), waits(service)
    cancel(booking)
    assert offered(entry).claims.count() == 1
    assert Claim.objects.filter(released_at=None, provider__name="Bikes").count() == 2


def test_no_seat_is_offered_without_a_bike() -> None:
    service = with_bikes(bikes=1)
    make_need(service, make_provider("Helmets", units=9), per_seat=True)
    booking, entry = booked(service), waits(service)
    session = make_session(service, at("12:00"), Provider.objects.get(name="Ann"), seats_taken=0)
    leaver = make_booking(service, at("12:00"), session=session)  # it has no bike to leave
    make_booking(service, at("12:00"), session=session)
    cancel(leaver)
    assert states(entry) == ["waiting"]
    cancel(booking)
    assert {claim.provider.name for claim in offered(entry).claims.all()} == {"Bikes", "Helmets"}


def test_a_service_of_one_whose_lanes_are_all_for_the_seat_is_passed_on() -> None:
    service = make_service()
    make_need(service, make_provider("Bikes", units=1), per_seat=True)
    booking, entry = booked(service), waits(service)
    cancel(booking)
    accept_offer(entry)
    assert offer_of(entry).claims.get(released_at=None).expires_at is None


def test_within_a_visit_the_buffers_come_back_before_anybody_is_asked() -> None:
    ann = make_provider("Ann")
    cut, colour = make_service(), make_service(buffer_before=15)
    for service in (cut, colour):
        service.offerings.create(provider=ann)
    items = [Item(service=cut, start=at("10:00")), Item(service=colour, start=at("11:00"))]
    first, _second = hold_visit(items, customer=make_customer())
    confirm(first)
    entry = waits(cut, "10:00", "10:00")
    cancel(first)
    assert states(entry) == ["waiting"]  # the colour needs the last quarter of that hour now
