"""Bookings as the readers find them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from bookable.bookings.models import Booking, State
from bookable.payments.models import Order
from bookable.schedule.models import Claim, Session

_numbers = count(1)


def make_booking(
    session: Session,
    seats: int = 1,
    *,
    held_until: datetime | None = None,
    bikes: Claim | None = None,
    **fields: Any,
) -> Booking:
    """A confirmed booking of seats that the session counts already, or a hold."""
    state = State.CONFIRMED if held_until is None else State.HELD
    booking = Booking.objects.create(
        session=session,
        order=Order.objects.create(currency="EUR"),
        reference=f"B{next(_numbers)}",
        seats=seats,
        **{"state": state, "expires_at": held_until, **fields},
    )
    if bikes is not None:
        bikes.booking = booking
        bikes.save()
    return booking
