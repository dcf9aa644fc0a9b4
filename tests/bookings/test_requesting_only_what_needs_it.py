"""Approval is asked for where somebody has to give it, and is no way around paying."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.approve import approve
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.request import request
from bookable.errors import IllegalTransition, NeedsNoApproval, PaymentDue
from bookable.models import Booking, Service, State
from bookable.testing import make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def service(**fields: Any) -> Service:
    made = make_service(**fields)
    make_provider(offers=made)
    return made


@pytest.fixture
def approved() -> Booking:
    """Held until it is paid."""
    made = service(requires_approval=True, price=9000, payment="full")
    return approve(request(hold(made, at("10:00", 15), customer=make_customer())))


def mixed_visit(**cut: Any) -> list[Booking]:
    """A cut that needs no approval, and a massage that does."""
    massage = service(requires_approval=True)
    items = [
        Item(service=service(**cut), start=at("10:00")),
        Item(service=massage, start=at("11:00")),
    ]
    return hold_visit(items, customer=make_customer())


def states(*bookings: Booking) -> list[str]:
    for booking in bookings:
        booking.refresh_from_db()
    return [booking.state for booking in bookings]


@pytest.mark.parametrize("by", [GUEST, None], ids=["customer", "staff"])
def test_what_needs_no_approval_is_not_requested(by: Any) -> None:
    booking = hold(service(), at("10:00"), customer=make_customer())
    with pytest.raises(IllegalTransition, match="needs no approval, or has it already"):
        request(booking, by=by)


def test_a_place_that_must_be_paid_is_not_kept_by_asking() -> None:
    made = service(price=3000, payment="full")
    booking = hold(made, at("10:00", 15), customer=make_customer())
    with pytest.raises(NeedsNoApproval):
        request(booking, by=GUEST)
    booking.refresh_from_db()
    assert (booking.state, booking.expires_at) == (State.HELD, at("08:10", 4))


def test_what_was_approved_is_not_requested_again(approved: Booking) -> None:
    with pytest.raises(NeedsNoApproval):
        request(approved, by=GUEST)


def test_what_was_approved_runs_out_if_it_is_not_paid(
    approved: Booking, clock: FrozenClock
) -> None:
    with pytest.raises(NeedsNoApproval):
        request(approved, by=GUEST)
    clock.tick(timedelta(days=1))
    assert expire_due() == 1
    assert states(approved) == [State.EXPIRED]


def test_asking_twice_is_asking_once() -> None:
    booking = hold(service(requires_approval=True), at("10:00"), customer=make_customer())
    assert request(request(booking, by=GUEST), by=GUEST).last_seq == 2


def test_the_rest_of_a_visit_is_confirmed_with_a_request() -> None:
    cut, massage = mixed_visit()
    request(massage, by=GUEST)
    assert states(cut, massage) == [State.CONFIRMED, State.REQUESTED]


def test_the_rest_of_a_visit_is_paid_before_a_request() -> None:
    cut, massage = mixed_visit(price=3000, payment="full")
    with pytest.raises(PaymentDue):
        request(massage, by=GUEST)
    assert states(cut, massage) == [State.HELD, State.HELD]


def test_a_visit_is_not_requested_by_what_needs_no_approval() -> None:
    cut, massage = mixed_visit(price=3000, payment="full")
    with pytest.raises(NeedsNoApproval, match="what was booked with it does"):
        request(cut, by=GUEST)
    assert states(cut, massage) == [State.HELD, State.HELD]


def test_all_of_a_visit_that_needs_approval_is_requested_at_once() -> None:
    made = service(requires_approval=True)
    items = [Item(service=made, start=at(start)) for start in ("10:00", "11:00")]
    first, second = hold_visit(items, customer=make_customer())
    request(first, by=GUEST)
    assert states(first, second) == [State.REQUESTED, State.REQUESTED]
