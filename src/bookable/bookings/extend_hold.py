from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.confirm import held_together
from bookable.bookings.models import Booking
from bookable.bookings.steps.changing import BookingLike, change_order
from bookable.bookings.steps.history import record
from bookable.bookings.steps.seats import settle
from bookable.conf import settings
from bookable.errors import TooOften
from bookable.timeline import clock

#: Whoever needs more time may ask for it so often; WCAG 2.2.1 asks for ten.
MOST_EXTENSIONS = 10


def extend_hold(
    booking: BookingLike, *, minutes: int | None = None, by: Any = None, using: str | None = None
) -> Booking:
    """Starts the time of a hold anew, for all bookings of its order.

    Raises HoldExpired once it has run out, and to a customer TooOften after ten times. A deadline
    that is later already stays.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        actor = acting_on(mine, by)
        held = held_together(mine, bookings, "extend_hold")
        if actor.is_customer:
            _refuse_too_often(mine)
        until = clock.now() + timedelta(minutes=_minutes(actor, minutes))
        for one in held:
            if one.expires_at is None or one.expires_at < until:
                one.expires_at = until
            record(one, "extend_hold", actor)
        for session in {one.session_id: one.session for one in held}.values():
            settle(session)

    return change_order(booking, work, using=using)


def _minutes(actor: Actor, minutes: int | None) -> int:
    # a customer gets what everybody gets
    return settings.HOLD_MINUTES if minutes is None or actor.is_customer else minutes


def _refuse_too_often(booking: Booking) -> None:
    if (
        booking.events.using(booking._state.db).filter(verb="extend_hold").count()
        >= MOST_EXTENSIONS
    ):
        raise TooOften
