from __future__ import annotations

from datetime import datetime
from typing import Any

from bookable.availability.asking import moment
from bookable.bookings.actors import acting_on
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.history import record
from bookable.errors import IllegalTransition, TooLate
from bookable.timeline import clock
from bookable.timeline.zones import to_datetime


def request_change(
    booking: BookingLike,
    start: datetime,
    *,
    by: Any = None,
    comment: str = "",
    using: str | None = None,
) -> Booking:
    """Proposes another start, where the customer may not simply move it. Nothing is held for it.

    Only one proposal stands, the last. Raises TooLate for a start that has passed, and to a
    customer once the booking has begun.
    """

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        if mine.state not in (State.REQUESTED, State.CONFIRMED):
            raise IllegalTransition("request_change", State(mine.state).label)
        proposed = to_datetime(moment(mine.service.zone, start))
        has_begun = actor.is_customer and mine.session.start <= clock.now()
        if proposed <= clock.now() or has_begun:
            raise TooLate
        if proposed in (mine.session.start, mine.proposed_start):
            return
        mine.proposed_start = proposed
        data = {"proposed": proposed.isoformat()}
        record(mine, "request_change", actor, comment=comment, data=data, fields=["proposed_start"])

    return change(booking, work, using=using)
