from __future__ import annotations

from typing import Any

from bookable.bookings.actors import acting_on
from bookable.bookings.models import Booking
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.history import record


def refuse_change(
    booking: BookingLike, *, by: Any = None, comment: str = "", using: str | None = None
) -> Booking:
    """The booking stays where it is. A customer takes back what they proposed in the same way."""

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        if mine.proposed_start is None:
            return
        data = {"proposed": mine.proposed_start.isoformat()}
        mine.proposed_start = None
        record(mine, "refuse_change", actor, comment=comment, data=data, fields=["proposed_start"])

    return change(booking, work, using=using)
