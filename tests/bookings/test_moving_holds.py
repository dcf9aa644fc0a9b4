"""What is only held is moved freely: what was agreed begins when it is confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.every_verb import haircut
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.quote_move import quote_move
from bookable.bookings.reschedule import reschedule
from bookable.errors import HoldExpired, TooOften
from bookable.models import Booking
from bookable.testing import make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(clock: FrozenClock, settings: Any) -> Booking:
    settings.BOOKABLE = {
        "CANCELLATION": {
            "BACKEND": "bookable.bookings.policies.StandardTerms",
            "OPTIONS": {"reschedule_hours": 24 * 365, "reschedule_limit": 0},
        }
    }
    return hold(haircut(), at("10:00"), customer=make_customer())


def test_a_hold_is_moved_though_a_booking_could_not_be(held: Booking) -> None:
    reschedule(held, at("11:00"), by=GUEST)
    assert held.session.start == at("11:00")


def test_moving_a_hold_is_not_one_of_the_moves_that_were_agreed(held: Booking) -> None:
    assert reschedule(held, at("11:00"), by=GUEST).moves == 0


def test_a_hold_that_moves_runs_out_when_it_would_have(held: Booking) -> None:
    until = held.expires_at
    assert reschedule(held, at("11:00"), by=GUEST).expires_at == until


def test_once_it_is_confirmed_what_was_agreed_binds(held: Booking) -> None:
    confirm(held)
    with pytest.raises(TooOften):
        reschedule(held, at("11:00"), by=GUEST)


def test_the_quote_for_a_hold_refuses_nothing(held: Booking) -> None:
    assert quote_move(held, at("11:00")).refusal is None


def test_a_hold_that_ran_out_is_not_moved(held: Booking, clock: FrozenClock) -> None:
    clock.tick(timedelta(minutes=11))
    with pytest.raises(HoldExpired):
        reschedule(held, at("11:00"), by=GUEST)
