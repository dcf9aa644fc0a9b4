from __future__ import annotations

from bookable.bookings.models.booking import Booking, BookingExtra
from bookable.bookings.models.event import BookingEvent
from bookable.bookings.models.locks import Guard, IdempotencyKey
from bookable.bookings.models.series import Series
from bookable.bookings.models.waiting import WaitingEntry, WaitingState
from bookable.bookings.states import State

__all__ = [
    "Booking",
    "BookingEvent",
    "BookingExtra",
    "Guard",
    "IdempotencyKey",
    "Series",
    "State",
    "WaitingEntry",
    "WaitingState",
]
