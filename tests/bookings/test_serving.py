"""Who and what is there for a booking."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bookable.bookings.serving import serving, with_serving
from bookable.models import Booking, Provider, Service
from bookable.testing import freeze, make_booking, make_provider, make_service, make_session
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


def test_for_a_list_it_asks_the_database_no_more(
    service: Service, ann: Provider, django_assert_num_queries: Any
) -> None:
    for _number in range(3):
        make_booking(service, START, make_provider())
    with django_assert_num_queries(2):
        bookings = list(with_serving(Booking.objects.all()))
        assert [len(serving(booking)) for booking in bookings] == [1, 1, 1]
        assert {booking.service.pk for booking in bookings} == {service.pk}
