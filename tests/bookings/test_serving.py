"""Who and what is there for a booking."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.serving import serving, with_serving
from bookable.models import Booking, Provider, Service
from bookable.testing import (
    freeze,
    make_booking,
    make_customer,
    make_need,
    make_provider,
    make_service,
    make_session,
)
from bookable.timeline import clock

pytestmark = pytest.mark.django_db

START = datetime(2030, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
def service() -> Service:
    return make_service(capacity=4)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def test_it_is_everybody_in_the_session(service: Service, ann: Provider) -> None:
    room = make_provider("Room", kind="room")
    assert serving(make_booking(service, START, ann, room)) == [ann, room]


def test_what_is_another_bookings_own_is_left_out(service: Service, ann: Provider) -> None:
    bikes = make_provider("Bikes", kind="equipment", units=4)
    session = make_session(service, START, ann, (bikes, 0), (bikes, 1), (bikes, 2), capacity=4)
    mine, other = (make_booking(service, START, session=session) for _number in range(2))
    session.claims.filter(provider=bikes, unit__lte=1).update(booking=mine)
    assert serving(mine) == [ann, bikes]
    session.claims.filter(provider=bikes, unit=2).update(released_at=clock.now())
    assert serving(other) == [ann]


def test_whoever_was_replaced_serves_no_more(service: Service, ann: Provider) -> None:
    booking = make_booking(service, START, ann, make_provider("Bob"))
    booking.session.claims.filter(provider=ann).update(released_at=clock.now())
    assert [provider.name for provider in serving(booking)] == ["Bob"]


def test_whoever_was_to_serve_is_named_when_it_is_cancelled(
    service: Service, ann: Provider
) -> None:
    with freeze(START):
        assert serving(make_booking(service, START, ann, state="cancelled")) == [ann]


def riding(seats: int, *bikes: Provider) -> Booking:
    """So many seats of a ride with Ann, each with a bike of its own."""
    service = make_service("Ride", capacity=4)
    make_need(service, make_provider("Ann"))
    make_need(service, *bikes, quantity=1, per_seat=True)
    start = service.next_slot().start  # type: ignore[union-attr]
    return confirm(hold(service, start, customer=make_customer(), seats=seats))


def test_its_own_are_named_when_it_is_cancelled_while_the_clock_runs() -> None:
    booking = riding(2, make_provider("Bikes", kind="equipment", units=4))
    cancel(booking)
    assert [one.name for one in serving(Booking.objects.get())] == ["Ann", "Bikes"]


def test_its_own_are_named_when_it_leaves_others_behind() -> None:
    booking = riding(1, make_provider("Bikes", kind="equipment", units=4))
    session = booking.session
    other = hold(session.service, session.start, customer=make_customer())
    cancel(booking)
    booking = Booking.objects.get(pk=booking.pk)
    assert [one.name for one in serving(booking)] == ["Ann", "Bikes"]
    assert [one.name for one in serving(other)] == ["Ann", "Bikes"]


@pytest.mark.parametrize("ends", [False, True])
def test_those_of_seats_that_were_given_back_serve_no_more(ends: bool) -> None:
    bikes = [make_provider(f"Bike {number}", kind="equipment") for number in (1, 2)]
    booking = remove_seats(riding(2, *bikes), 1)
    if ends:
        cancel(booking)
    assert len(serving(Booking.objects.get())) == 2


def test_for_a_list_it_asks_the_database_no_more(
    service: Service, ann: Provider, django_assert_num_queries: Any
) -> None:
    for _number in range(3):
        make_booking(service, START, make_provider())
    with django_assert_num_queries(2):
        bookings = list(with_serving(Booking.objects.all()))
        assert [len(serving(booking)) for booking in bookings] == [1, 1, 1]
        assert {booking.service.pk for booking in bookings} == {service.pk}
