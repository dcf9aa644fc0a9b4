"""Whose account a booking belongs to is never said by a form."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.bookings.classes import user
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.customers import Customer, customer_of
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.errors import InvalidCustomer, NotAllowed
from bookable.models import Service
from bookable.testing import make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

NOT_SIGNED_IN = [AnonymousUser(), GUEST]


@pytest.fixture
def service(clock: FrozenClock) -> Service:
    made = make_service()
    make_provider("Ann", offers=made)
    return made


@pytest.fixture
def dora() -> Any:
    return user(username="dora", email="dora@example.com")


@pytest.mark.parametrize("by", NOT_SIGNED_IN, ids=["anonymous", "guest"])
def test_a_guest_who_names_an_account_books_as_a_guest(
    service: Service, dora: Any, by: Any
) -> None:
    who = Customer(user=dora, email="eve@example.com")
    order = hold(service, at("10:00"), customer=who, by=by).order
    assert (order.user, order.email) == (None, "eve@example.com")


def test_a_visit_of_a_guest_is_nobody_elses(service: Service, dora: Any) -> None:
    who = Customer(user=dora, email="eve@example.com")
    items = [Item(service=service, start=at("10:00"))]
    [booking] = hold_visit(items, customer=who, by=AnonymousUser())
    assert booking.order.user is None


def test_a_guest_does_not_wait_for_somebody_else(service: Service, dora: Any) -> None:
    hold(service, at("10:00"), customer=dora)
    entry = join_waiting_list(
        service,
        earliest=at("10:00"),
        latest=at("10:00"),
        customer=Customer(user=dora, email="eve@example.com"),
        by=AnonymousUser(),
    )
    assert entry.user is None


def test_a_guest_needs_an_address_of_their_own(service: Service, dora: Any) -> None:
    with pytest.raises(InvalidCustomer):
        hold(service, at("10:00"), customer=Customer(user=dora), by=AnonymousUser())


def test_a_guest_is_not_told_the_address_of_an_account(service: Service, dora: Any) -> None:
    with pytest.raises(NotAllowed):
        hold(service, at("10:00"), customer=dora, by=AnonymousUser())


def test_whoever_has_the_link_of_an_accounts_booking_books_again(
    service: Service, dora: Any
) -> None:
    lost = hold(service, at("10:00"), customer=dora)
    again = hold(service, at("11:00"), customer=customer_of(lost.order), by=GUEST)
    assert (again.order.user, again.order.email) == (None, "dora@example.com")


def test_the_sites_own_code_books_for_an_account(service: Service, dora: Any) -> None:
    assert hold(service, at("10:00"), customer=Customer(user=dora)).order.user == dora
