"""Numbers that are none are refused with a sentence, before anything is locked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import hold_series
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.errors import DurationNotOffered, InvalidExtra, InvalidQuery, InvalidSeats
from bookable.models import Booking, Service
from bookable.testing import (
    make_customer,
    make_duration_choice,
    make_extra,
    make_provider,
    make_service,
)
from bookable.timeline.clock import FrozenClock
from bookable.timeline.recurrence import weekly

pytestmark = pytest.mark.django_db

NO_TIME: list[Any] = [-5, 0, float("nan"), float("inf"), 10**12, 10**400, "5", True, []]
NO_NUMBER: list[Any] = ["2", None, float("nan"), 1.5, True, []]


@pytest.fixture
def service(clock: FrozenClock) -> Service:
    made = make_service()
    make_provider("Ann", offers=made)
    make_duration_choice(made, 90)
    make_extra(made, slug="towel", max_quantity=3)
    return made


@pytest.mark.parametrize("minutes", NO_TIME, ids=repr)
def test_a_place_is_not_held_for_what_is_no_time(service: Service, minutes: Any) -> None:
    with pytest.raises(InvalidQuery, match="held for some time"):
        hold(service, at("10:00"), customer=make_customer(), minutes=minutes)


def test_a_visit_is_not_held_for_what_is_no_time(service: Service) -> None:
    with pytest.raises(InvalidQuery, match="held for some time"):
        hold_visit([Item(service=service, start=at("10:00"))], customer=make_customer(), minutes=-5)


def test_a_series_is_not_held_for_what_is_no_time(service: Service) -> None:
    rule = weekly(count=2)
    with pytest.raises(InvalidQuery, match="held for some time"):
        hold_series(service, at("10:00"), rule=rule, customer=make_customer(), minutes=-5)


@pytest.mark.parametrize("minutes", NO_TIME, ids=repr)
def test_a_hold_is_not_extended_by_what_is_no_time(service: Service, minutes: Any) -> None:
    booking = hold(service, at("10:00"), customer=make_customer())
    with pytest.raises(InvalidQuery, match="held for some time"):
        extend_hold(booking, minutes=minutes)


def test_a_customer_gets_what_everybody_gets(service: Service, clock: FrozenClock) -> None:
    booking = hold(service, at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=5))
    assert extend_hold(booking, minutes=-5, by=GUEST).expires_at == at("08:15", 4)


def test_a_place_is_held_for_as_long_as_it_takes(service: Service) -> None:
    booking = hold(service, at("10:00"), customer=make_customer(), minutes=1.5)
    assert booking.expires_at == at("08:01:30", 4)


@pytest.mark.parametrize("duration", ["90", "an hour", float("nan"), 45.5, []], ids=repr)
def test_a_length_is_a_number(service: Service, duration: Any) -> None:
    with pytest.raises(InvalidQuery, match="is not a number of minutes"):
        hold(service, at("10:00"), customer=make_customer(), duration=duration)


def test_a_length_that_is_not_offered_is_named(service: Service) -> None:
    with pytest.raises(DurationNotOffered, match="45 minutes are not offered"):
        hold(service, at("10:00"), customer=make_customer(), duration=45)


@pytest.mark.parametrize("seats", NO_NUMBER, ids=repr)
def test_seats_are_a_number(service: Service, seats: Any) -> None:
    with pytest.raises(InvalidSeats):
        hold(service, at("10:00"), customer=make_customer(), seats=seats)


@pytest.mark.parametrize("quantity", NO_NUMBER, ids=repr)
def test_so_many_of_an_extra_is_a_number(service: Service, quantity: Any) -> None:
    with pytest.raises(InvalidExtra, match="between 1 and 3"):
        hold(service, at("10:00"), customer=make_customer(), extras={"towel": quantity})


@pytest.mark.parametrize("extras", [None, 5, [{}], [7], [None]], ids=repr)
def test_an_extra_is_told_by_its_slug(service: Service, extras: Any) -> None:
    with pytest.raises(InvalidExtra):
        hold(service, at("10:00"), customer=make_customer(), extras=extras)


def test_nothing_is_left_of_what_was_refused(service: Service) -> None:
    with pytest.raises(InvalidQuery):
        hold(service, at("10:00"), customer=make_customer(), minutes=-5)
    assert not Booking.objects.exists()
