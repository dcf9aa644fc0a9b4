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

BookingRecorder = Callable[["BookingEvent"], None]

_booking_recorders: list[BookingRecorder] = []


def record_bookings(recorder: BookingRecorder) -> BookingRecorder:
    """Registers a function for every event of a booking; usable as a decorator."""
    if recorder not in _booking_recorders:
        _booking_recorders.append(recorder)
    return recorder


def forget_recorder(recorder: BookingRecorder) -> None:
    """Takes a recorder out again."""
    if recorder in _booking_recorders:
        _booking_recorders.remove(recorder)


def tell_recorders(event: BookingEvent) -> None:
    """Hands an event that was just written to every recorder, in the order of registration."""
    for recorder in _booking_recorders:
        recorder(event)
