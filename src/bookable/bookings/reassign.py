from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.asking import checked_override
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.moving.arrived import is_there
from bookable.bookings.moving.bookings import move
from bookable.bookings.moving.wishes import wish_of
from bookable.bookings.reschedule import check_movable
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider


def reassign(
    booking: BookingLike,
    provider: Provider | str | int,
    *,
    by: Any = None,
    override: Collection[str] = (),
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> Booking:
    """Gives a booking to another provider at the same time. To move a whole class use
    `move_session()`. Raises SlotTaken, and then everything is as it was.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    alias = using or router.db_for_write(Booking)
    known = found(booking, alias)
    actor = acting_on(known, by)
    refuse_customers(actor)
    checked_override(actor, override)
    to: Whereabouts = {"provider": provider}
    fresh = move(
        known,
        lambda mine: wish_of(mine, mine.session.start, to, alias, override=override),
        actor,
        verb="reassign",
        check=lambda mine: check_movable(mine, actor),
        is_there=lambda mine: is_there(mine, mine.session.start, to, alias),
        reason=reason,
        comment=comment,
        using=alias,
    )
    return up_to_date(booking, fresh)
