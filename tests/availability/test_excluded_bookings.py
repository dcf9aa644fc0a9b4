"""A booking that is left out: alone it frees its whole time, among others only its own seats."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.availability.booked import make_booking
from tests.availability.times import SUNDAY, at, times

from bookable.catalog.models import Provider, Service
from bookable.errors import NotFound
from bookable.schedule.models import Claim, Session
from bookable.testing import make_need, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

LAPSED = at("00:00", SUNDAY)


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    return make_service(capacity=5, slot_interval=30)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def left_at_ten(service: Service, **asked: Any) -> list[int]:
    found = service.slots(at("10:00"), at("10:01"), **asked)
    return [slot.seats_left for slot in found if slot.session is not None]


def test_a_booking_that_is_alone_leaves_its_time_free(service: Service, ann: Provider) -> None:
    booking = make_booking(make_session(service, at("10:00"), ann))
    for key in (booking, booking.uuid, str(booking.uuid)):
        found = times(service, exclude=key)
        assert "10:30" in found
        assert left_at_ten(service, exclude=key) == []


def test_the_next_start_leaves_a_booking_out_too(service: Service, ann: Provider) -> None:
    booking = make_booking(make_session(service, at("10:00"), ann, capacity=1))
    found = service.next_slot(at("10:00"), exclude=booking)
    assert found is not None
    assert found.start == at("10:00")


def test_a_booking_that_is_alone_does_not_count_itself(service: Service, ann: Provider) -> None:
    service.max_per_day = 1
    booking = make_booking(make_session(service, at("10:00"), ann))
    assert "15:00" not in times(service)
    assert "15:00" in times(service, exclude=booking)


def test_a_booking_among_others_gives_back_its_seats_only(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=5)
    booking = make_booking(session, 2)
    make_booking(session, 3)
    assert left_at_ten(service, exclude=booking) == [2]
    assert "10:30" not in times(service, exclude=booking)


def test_a_class_counts_even_without_one_of_its_bookings(service: Service, ann: Provider) -> None:
    service.max_per_day = 1
    session = make_session(service, at("10:00"), ann, seats_taken=3)
    booking = make_booking(session, 2)
    make_booking(session, 1)
    assert "15:00" not in times(service, exclude=booking)


def test_the_last_booking_of_a_class_that_staff_opened_leaves_it_standing(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=2, opened_by_staff=True)
    booking = make_booking(session, 2)
    assert left_at_ten(service, exclude=booking) == [5]
    assert "10:30" not in times(service, exclude=booking)


def test_one_in_an_appointment_that_staff_opened_can_have_it_again(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann, capacity=1, opened_by_staff=True)
    booking = make_booking(session)
    assert left_at_ten(service) == []
    assert left_at_ten(service, exclude=booking) == [1]


def test_a_booking_is_alone_if_the_holds_of_all_others_have_run_out(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=3)
    booking = make_booking(session, 2)
    make_booking(session, held_until=LAPSED)
    assert "10:30" in times(service, exclude=booking)


def test_a_hold_that_has_run_out_gives_its_seats_back_once(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=5)
    make_booking(session, 3)
    booking = make_booking(session, 2, held_until=LAPSED)
    assert left_at_ten(service, exclude=booking) == [2]


def test_a_booking_that_was_freed_leaves_everything_as_it_is(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=5)
    booking = make_booking(session, 2, state="cancelled", freed_at=LAPSED)
    for key in (booking, booking.uuid):
        assert left_at_ten(service, exclude=key) == []
        assert "10:30" not in times(service, exclude=key)


def test_a_booking_is_read_anew_whatever_its_object_says(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann)
    booking = make_booking(session)
    Session.objects.filter(pk=session.pk).update(seats_taken=2)  # somebody joined in between
    assert "10:30" not in times(service, exclude=booking)


@pytest.fixture
def ride(sunday: FrozenClock) -> tuple[Service, Session]:
    """A class with a trainer and two bikes, both of which are ridden."""
    service = make_service("Ride", capacity=5, slot_interval=30)
    trainer, bikes = make_provider("Ann"), make_provider("Bikes", units=2)
    make_need(service, trainer)
    make_need(service, bikes, per_seat=True)
    lanes = [trainer, (bikes, 0), (bikes, 1)]
    return service, make_session(service, at("10:00"), *lanes, seats_taken=2)


def test_the_bike_of_a_booking_that_is_left_out_is_free(ride: tuple[Service, Session]) -> None:
    service, session = ride
    bookings = [
        make_booking(session, bikes=Claim.objects.get(session=session, provider__units=2, unit=one))
        for one in (0, 1)
    ]
    assert left_at_ten(service) == []
    assert left_at_ten(service, exclude=bookings[0]) == [4]
    assert left_at_ten(service, exclude=bookings[0], seats=2) == []


def test_the_trainer_stays_taken_by_those_who_are_left(ride: tuple[Service, Session]) -> None:
    service, session = ride
    booking = make_booking(session, bikes=Claim.objects.filter(session=session).last())
    assert "10:30" not in times(service, exclude=booking)


def test_a_key_that_leads_to_neither_session_nor_booking_is_refused(service: Service) -> None:
    for key in (uuid4(), "yesterday", service):
        with pytest.raises(NotFound):
            times(service, exclude=key)


def test_leaving_a_booking_out_takes_one_further_query(
    service: Service, ann: Provider, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    booking = make_booking(make_session(service, at("10:00"), ann))
    service = Service.objects.get(pk=service.pk)
    with django_assert_max_num_queries(5):
        service.slots(at("00:00"), at("24:00"), exclude=booking)
    with django_assert_max_num_queries(5):
        service.next_slot(exclude=booking)
