from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from bookable.bookings.actors import acting_on, acting_on_all
from bookable.bookings.confirm import held_together
from bookable.bookings.models import Booking
from bookable.bookings.steps.changing import BookingLike, change_order
from bookable.bookings.steps.history import record
from bookable.bookings.steps.seats import keep_places, settle

#: Under this name an event keeps the deadline that the guard replaced.
_UNTIL = "until"


def guard(
    booking: BookingLike, until: datetime, *, by: Any = None, using: str | None = None
) -> Booking:
    """While somebody pays for the order, none of its places can be taken by anybody else.

    `until` is the moment at which it is given up even if the gateway does not answer. Raises
    HoldExpired.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        acting_on(mine, by)
        held = held_together(mine, bookings, "guard")
        actor = acting_on_all(held, by)
        keep_places(held)
        for one in held:
            data = {} if one.is_guarded or not one.expires_at else {_UNTIL: str(one.expires_at)}
            one.is_guarded, one.expires_at = True, until
            record(one, "guard", actor, data=data)

    return change_order(booking, work, using=using)


def agreed_deadline(booking: Booking) -> datetime | None:
    """Until when a guarded booking was held before somebody began to pay."""
    events = booking.events.using(booking._state.db).filter(verb="guard").order_by("-seq")
    known = (data.get(_UNTIL) for data in events.values_list("data", flat=True))
    found = next(filter(None, known), None)
    return parse_datetime(found) if found else None


def unguard(
    booking: BookingLike, until: datetime, *, by: Any = None, using: str | None = None
) -> Booking:
    """The payment came to nothing: the holds of the order run out at this moment again."""

    def work(mine: Booking, bookings: list[Booking]) -> None:
        acting_on(mine, by)
        held = held_together(mine, bookings, "unguard")
        actor = acting_on_all(held, by)
        for one in held:
            one.is_guarded, one.expires_at = False, until
            record(one, "unguard", actor)
        for session in {one.session_id: one.session for one in held}.values():
            settle(session)

    return change_order(booking, work, using=using)
