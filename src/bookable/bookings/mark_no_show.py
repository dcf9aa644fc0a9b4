from __future__ import annotations

from typing import Any

from bookable.bookings.actors import Actor, acting_on, refuse_customers
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.states import check_transition
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.charging import charge_no_show, cost_of
from bookable.bookings.steps.history import change_state
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import TooEarly
from bookable.timeline import clock


def mark_no_show(
    booking: BookingLike,
    *,
    by: Any = None,
    reason: str = "",
    comment: str = "",
    waive_fee: bool = False,
    using: str | None = None,
) -> Booking:
    """The customer did not come; they owe what was agreed for that. `complete()` takes it back.

    Raises TooEarly before the start.
    """
    refuse_long_texts(BookingEvent, reason=reason)

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        refuse_customers(actor)
        if mine.state == State.NO_SHOW:
            return
        check_transition("mark_no_show", mine.state, State.NO_SHOW)
        if mine.session.start > clock.now():
            raise TooEarly
        miss(mine, actor, reason=reason, comment=comment, waive_fee=waive_fee)

    return change(booking, work, using=using)


def miss(
    booking: Booking, actor: Actor, *, reason: str = "", comment: str = "", waive_fee: bool = False
) -> None:
    """Marks a booking that is locked with its session and its order."""
    cost = cost_of(booking)
    fee = charge_no_show(booking, waive=waive_fee)
    change_state(
        booking,
        "mark_no_show",
        State.NO_SHOW,
        actor,
        reason=reason,
        comment=comment,
        data={"cost": cost.amount, "fee": fee.amount},
    )
