from __future__ import annotations

from typing import Any

from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.charging import forgive_no_show
from bookable.bookings.steps.history import change_state
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import TooEarly
from bookable.timeline import clock


def complete(
    booking: BookingLike,
    *,
    by: Any = None,
    outcome: str | None = None,
    private_notes: str | None = None,
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> Booking:
    """It took place. Also takes back a no-show that was marked by mistake, with its fee.

    On a completed booking it only writes what came of it. Raises TooEarly before the start.
    """
    refuse_long_texts(Booking, outcome=outcome)
    refuse_long_texts(BookingEvent, reason=reason)

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        refuse_customers(actor)
        if mine.session.start > clock.now():
            raise TooEarly
        fields = _write(mine, outcome=outcome, private_notes=private_notes)
        if mine.state == State.COMPLETED:
            mine.save(using=mine._state.db, update_fields=[*fields, "modified"])
            return
        if mine.state == State.NO_SHOW:
            forgive_no_show(mine)
        change_state(
            mine, "complete", State.COMPLETED, actor, reason=reason, comment=comment, fields=fields
        )

    return change(booking, work, using=using)


def _write(booking: Booking, **given: str | None) -> list[str]:
    """Sets what was given and names it."""
    fields = [name for name, value in given.items() if value is not None]
    for name in fields:
        setattr(booking, name, given[name])
    return fields
