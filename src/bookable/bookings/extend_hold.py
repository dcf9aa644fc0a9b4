from __future__ import annotations

from typing import Any

from bookable.bookings.actors import acting_on, acting_on_all
from bookable.bookings.confirm import held_together
from bookable.bookings.models import Booking
from bookable.bookings.steps.changing import BookingLike, change_order
from bookable.bookings.steps.history import record
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.holding import time_held
from bookable.errors import TooOften
from bookable.timeline import clock

#: Whoever needs more time may ask for it so often; WCAG 2.2.1 asks for ten.
MOST_EXTENSIONS = 10


def extend_hold(
    booking: BookingLike, *, minutes: float | None = None, by: Any = None, using: str | None = None
) -> Booking:
    """Starts the time of a hold anew, for all bookings of its order.

    Raises HoldExpired once it has run out, to a customer TooOften after ten times, and to a
    provider NotAllowed if one of them is with somebody else. A deadline that is later already
    stays.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        acting_on(mine, by)
        held = held_together(mine, bookings, "extend_hold")
        actor = acting_on_all(held, by)
        if actor.is_customer:
            _refuse_too_often(mine)
        # a customer gets what everybody gets
        until = clock.now() + time_held(None if actor.is_customer else minutes)
        for one in held:
            if one.expires_at is None or one.expires_at < until:
                one.expires_at = until
            record(one, "extend_hold", actor)
        for session in {one.session_id: one.session for one in held}.values():
            settle(session)

    return change_order(booking, work, using=using)


def _refuse_too_often(booking: Booking) -> None:
    if (
        booking.events.using(booking._state.db).filter(verb="extend_hold").count()
        >= MOST_EXTENSIONS
    ):
        raise TooOften
