"""Run by tests/bookings/test_uuid_users.py under this site's own settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from tests.bookings.times import at
from tests.sites.uuid_users.models import User

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.approve import approve
from bookable.bookings.attach_bookings import attach_bookings
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.hold import hold
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.request import request
from bookable.errors import NotAllowed, SlotTaken
from bookable.models import Booking, Order, Provider, Service, State
from bookable.testing import assert_never_double_booked, freeze, make_provider, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with freeze("2030-03-04 08:00"):
        yield
        assert_never_double_booked()


def make_user(name: str, *permissions: str, **fields: Any) -> User:
    user = User.objects.create(address=f"{name}@example.com", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def cleo() -> User:
    return make_user("cleo")


@pytest.fixture
def ann() -> Provider:
    return make_provider("Ann", user=make_user("ann"))


@pytest.fixture
def service(ann: Provider) -> Service:
    made = make_service(max_per_customer=2)
    made.offerings.create(provider=ann)
    return made


def test_a_user_books_as_themselves(service: Service, cleo: User) -> None:
    booking = confirm(hold(service, at("10:00"), customer=cleo, by=cleo), by=cleo)
    assert (booking.order.user, booking.order.email) == (cleo, "cleo@example.com")
    assert [event.by for event in booking.history] == [cleo, cleo]


def test_everybody_sees_and_touches_what_is_theirs(
    service: Service, ann: Provider, cleo: User
) -> None:
    service.requires_approval = True
    service.save()
    booking = request(hold(service, at("10:00"), customer=cleo))
    for user in (cleo, ann.user, make_user("desk", "view_booking")):
        assert list(Booking.objects.visible_to(user)) == [booking]
    assert list(Order.objects.visible_to(cleo)) == [booking.order]
    assert not Booking.objects.visible_to(make_user("dan"))
    with pytest.raises(NotAllowed):
        approve(booking, by=cleo)
    assert approve(booking, by=ann.user).state == State.CONFIRMED


def test_asking_twice_under_one_key_books_once(service: Service, cleo: User) -> None:
    first, again = (
        hold(service, at("10:00"), customer=cleo, by=cleo, idempotency_key="abc")
        for _number in range(2)
    )
    assert first == again


def test_a_user_may_have_only_so_many(service: Service, cleo: User) -> None:
    for start in ("10:00", "11:00"):
        hold(service, at(start), customer=cleo)
    with pytest.raises(SlotTaken):
        hold(service, at("12:00"), customer=cleo)


def test_a_user_waits_and_accepts(service: Service, cleo: User) -> None:
    booking = confirm(hold(service, at("10:00"), customer=make_user("dan")))
    wish = {"earliest": at("09:00"), "latest": at("12:00")}
    entry = join_waiting_list(service, customer=cleo, by=cleo, **wish)
    cancel(booking)
    assert accept_offer(entry, by=cleo).order.user == cleo


def test_a_user_takes_over_what_a_guest_booked(service: Service, cleo: User) -> None:
    hold(service, at("10:00"), customer=Customer(email="cleo@example.com"))
    assert attach_bookings(cleo) == 1


def test_a_booking_outlives_its_user(service: Service, cleo: User) -> None:
    booking = hold(service, at("10:00"), customer=cleo, by=cleo)
    cleo.delete()
    booking = Booking.objects.get(pk=booking.pk)
    assert booking.order.user is None
    assert confirm(booking).state == State.CONFIRMED
