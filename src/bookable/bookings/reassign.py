from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import router

from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.asking import checked_override, question_of, wish_for
from bookable.bookings.models import Booking
from bookable.bookings.moving.bookings import move
from bookable.bookings.reschedule import check_movable
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
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
    alias = using or router.db_for_write(Booking)
    known = found(booking, alias)
    actor = acting_on(known, by)
    refuse_customers(actor)
    checked_override(actor, override)
    check_movable(known, actor)
    question = question_of(known, {"provider": provider})
    wish = wish_for(known.service, known.session.start, None, question, alias, override=override)
    fresh = move(
        known,
        wish,
        actor,
        verb="reassign",
        check=lambda mine: check_movable(mine, actor),
        reason=reason,
        comment=comment,
        using=alias,
    )
    return up_to_date(booking, fresh)
