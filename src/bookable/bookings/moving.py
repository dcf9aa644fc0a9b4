"""Moves a booking to another place: claims first, frees after, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from bookable.availability.query import Asked, Options
from bookable.bookings.actors import Actor
from bookable.bookings.customers import customer_of
from bookable.bookings.history import record
from bookable.bookings.leaving import free_old_place
from bookable.bookings.locks import lock_bookings_of
from bookable.bookings.models import Booking, State
from bookable.bookings.placing import Place, Placing, Wish, take
from bookable.bookings.seats import settle
from bookable.bookings.writing import asked_for, event_data, write_claims, write_session
from bookable.signals import booking_rescheduled


def question_of(booking: Booking, asked: Asked | Options) -> Asked:
    """What was asked when it was booked, with what is asked now put over it."""
    extras = booking.booked_extras.using(booking._state.db).select_related("extra")
    question: Asked = {
        **cast("Options", booking.asked_again()),
        "seats": booking.seats,
        "extras": {row.extra: row.quantity for row in extras if row.extra.is_active},
        "customer": customer_of(booking.order),
        "exclude": booking,
    }
    return {**question, **asked}


def move(
    booking: Booking,
    wish: Wish,
    actor: Actor,
    *,
    verb: str,
    check: Callable[[Booking], None],
    fields: dict[str, Any] | None = None,
    reason: str = "",
    comment: str = "",
    using: str,
) -> Booking:
    """The booking at its new place; SlotTaken if it can't be had, and then all is as it was.

    `check` is asked once the booking is locked.
    """
    old_key = booking.session_id

    def write(placing: Placing) -> Booking:
        known = {booking.pk: old_key}
        [mine] = lock_bookings_of(known, placing.sessions, using=using)
        check(mine)
        place = placing.place(wish)
        if place.session is not None and place.session.pk == old_key:
            return mine  # it is there already
        event = {"actor": actor, "verb": verb, "reason": reason, "comment": comment}
        _change_place(mine, place, placing, fields or {}, **event)
        return mine

    return take([wish], write, using=using, leaving=[old_key])


def _change_place(
    booking: Booking, place: Place, placing: Placing, fields: dict[str, Any], **event: Any
) -> None:
    before = event_data(booking)
    lanes = {(lane.provider.pk, lane.unit) for lane in place.choice.lanes}
    free_old_place(booking, lanes=lanes, start=place.choice.start, end=place.choice.end)
    session = write_session(place)
    booking.session, booking.freed_at, booking.proposed_start = session, None, None
    booking.asked = {**booking.asked, **asked_for(place.query)}
    for name, value in fields.items():
        setattr(booking, name, value)
    until = booking.expires_at if booking.state == State.HELD and not booking.is_guarded else None
    record(
        booking,
        signal=booking_rescheduled,
        **event,
        data={**event_data(booking), "before": before},
        fields=["session", "proposed_start", "asked", *fields],
    )
    write_claims(placing, place, session, booking, until)
    settle(session)
