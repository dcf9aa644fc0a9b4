from __future__ import annotations

from typing import Any

from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.freeing.leaving import leave
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.states import check_transition
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.charging import take_back
from bookable.bookings.steps.history import change_state
from bookable.catalog.long_texts import refuse_long_texts
from bookable.money import Money


def decline(
    booking: BookingLike,
    *,
    by: Any = None,
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> Booking:
    """Refuses a request; nothing of it is owed any more."""
    refuse_long_texts(BookingEvent, reason=reason)

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        refuse_customers(actor)
        if mine.state == State.DECLINED:
            return
        check_transition("decline", mine.state, State.DECLINED)
        take_back(mine, keep=Money.zero(mine.order.currency), label="")
        leave(mine)
        change_state(mine, "decline", State.DECLINED, actor, reason=reason, comment=comment)

    return change(booking, work, using=using)
