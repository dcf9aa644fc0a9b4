"""What a booking asks for that goes to another place: all that it has goes with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bookable.availability.query import Asked, Kept, Whereabouts
from bookable.bookings.asking import question_of, wish_for
from bookable.bookings.models import Booking
from bookable.bookings.taking.wishes import Wish


def wish_of(
    booking: Booking,
    start: datetime,
    asked: Asked | Whereabouts,
    using: str,
    *,
    override: Collection[str] = (),
) -> Wish:
    """The booking's own question, asked for a start, with what is asked now put over it."""
    question = question_of(booking, asked)
    wish = wish_for(booking.service, start, None, question, using, override=override)
    return replace(wish, kept=kept_of(booking))


def kept_of(booking: Booking) -> Kept:
    """Its length and its extras, whatever is offered by now."""
    session, extras = booking.session, booking.booked_extras.using(booking._state.db)
    return Kept(
        length=int((session.end - session.start).total_seconds()),
        extras=tuple((row.extra, row.quantity) for row in extras.select_related("extra")),
        is_whole=False,
    )
