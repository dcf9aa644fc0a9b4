"""Writes what happened to a booking: its new state, an event, what recorders add, a signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.dispatch import Signal

from bookable import signals
from bookable.bookings.actors import Actor
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.states import check_transition
from bookable.events import tell_recorders
from bookable.signals import send_after_commit
from bookable.timeline import clock

_SIGNALS: dict[str, Signal] = {
    State.HELD: signals.booking_held,
    State.REQUESTED: signals.booking_requested,
    State.CONFIRMED: signals.booking_confirmed,
    State.CANCELLED: signals.booking_cancelled,
    State.DECLINED: signals.booking_declined,
    State.EXPIRED: signals.booking_expired,
    State.COMPLETED: signals.booking_completed,
    State.NO_SHOW: signals.booking_no_show,
}


def change_state(
    booking: Booking, verb: str, after: State, actor: Actor, **details: Any
) -> BookingEvent:
    """Follows an arrow of the table. The booking is locked, and saved with what was set on it.

    A booking that holds nothing any more keeps no deadline and no guard. Takes the details of
    `record`.
    """
    before = State(booking.state)
    check_transition(verb, before, after)
    booking.state = after
    if after != State.HELD:
        booking.is_guarded = False
        if after != State.REQUESTED:
            booking.expires_at = None
    return record(booking, verb, actor, before=before, signal=_SIGNALS[after], **details)


def record(
    booking: Booking,
    verb: str,
    actor: Actor,
    *,
    before: State | None = None,
    signal: Signal | None = None,
    reason: str = "",
    comment: str = "",
    data: dict[str, Any] | None = None,
    fields: Iterable[str] = (),
) -> BookingEvent:
    """One more event; saves the booking's own columns. Without a signal it is `booking_changed`."""
    using = booking._state.db or "default"
    booking.last_seq += 1
    booking.save(using=using, update_fields=[*_WRITTEN, *fields])
    event = BookingEvent(
        booking=booking,
        seq=booking.last_seq,
        at=clock.now(),
        verb=verb,
        before=booking.state if before is None else before,
        after=booking.state,
        role=actor.role,
        by_id=getattr(actor.user, "pk", None),
        reason=reason,
        comment=comment,
        data=data or {},
    )
    return publish(event, signal or signals.booking_changed, using=using)


def publish(event: BookingEvent, signal: Signal, *, using: str) -> BookingEvent:
    """Saves an event, hands it to the recorders and has it told after the commit."""
    event.save(using=using, force_insert=True)
    tell_recorders(event)
    send_after_commit(signal, Booking, using=using, booking=event.booking, event=event)
    return event


_WRITTEN = ("state", "expires_at", "is_guarded", "freed_at", "last_seq", "modified")
