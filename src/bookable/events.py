"""Recorders: functions that write more rows inside the transaction that makes a change.

A recorder is called with each event before the commit, so what it writes can't be lost in a crash
and is gone if the change is rolled back. It writes to the event's own database and does nothing
else: no mail, no request to anybody. Register it in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookable.bookings.models import BookingEvent
    from bookable.payments.models import PaymentEvent

BookingRecorder = Callable[["BookingEvent"], None]
PaymentRecorder = Callable[["PaymentEvent"], None]

_booking_recorders: list[BookingRecorder] = []
_payment_recorders: list[PaymentRecorder] = []


def record_bookings(recorder: BookingRecorder) -> BookingRecorder:
    """Registers a function for every event of a booking; usable as a decorator."""
    if recorder not in _booking_recorders:
        _booking_recorders.append(recorder)
    return recorder


def record_payments(recorder: PaymentRecorder) -> PaymentRecorder:
    """Registers a function for every event of a payment; usable as a decorator."""
    if recorder not in _payment_recorders:
        _payment_recorders.append(recorder)
    return recorder


def forget_recorder(recorder: BookingRecorder | PaymentRecorder) -> None:
    """Takes a recorder out again."""
    for recorders in (_booking_recorders, _payment_recorders):
        if recorder in recorders:
            recorders.remove(recorder)  # type: ignore[arg-type]


def tell_recorders(event: BookingEvent) -> None:
    """Hands an event that was just written to every recorder, in the order of registration."""
    for recorder in _booking_recorders:
        recorder(event)


def tell_payment_recorders(event: PaymentEvent) -> None:
    """The same for an event of a payment."""
    for recorder in _payment_recorders:
        recorder(event)
