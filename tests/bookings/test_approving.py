"""What can be approved, and what comes of it."""

from __future__ import annotations

import pytest
from tests.bookings.every_verb import haircut, held

from bookable.bookings.approve import approve
from bookable.bookings.cancel import cancel
from bookable.bookings.request import request
from bookable.catalog.models.choices import PaymentMode
from bookable.errors import IllegalTransition
from bookable.models import Booking, State
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_for(clock: FrozenClock) -> Booking:
    return request(held(haircut(requires_approval=True)))


def test_what_was_cancelled_can_not_be_approved(asked_for: Booking) -> None:
    cancel(asked_for)
    with pytest.raises(IllegalTransition):
        approve(asked_for)


def test_what_was_never_asked_for_can_not_be_approved(clock: FrozenClock) -> None:
    booking = held(haircut(requires_approval=True))
    with pytest.raises(IllegalTransition):
        approve(booking)


def test_approving_twice_is_recorded_once_while_it_waits_for_its_payment(
    clock: FrozenClock,
) -> None:
    service = haircut(requires_approval=True, payment=PaymentMode.FULL)
    booking = approve(request(held(service)))
    assert booking.state == State.HELD
    assert approve(booking).last_seq == 3
