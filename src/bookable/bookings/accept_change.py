from __future__ import annotations

from collections.abc import Collection
from typing import Any, Unpack

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.asking import checked_override, to_move
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.moving.arrived import is_there
from bookable.bookings.moving.bookings import move
from bookable.bookings.moving.wishes import wish_of
from bookable.bookings.reschedule import check_movable
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import NoProposal


def accept_change(
    booking: BookingLike,
    *,
    by: Any = None,
    override: Collection[str] = (),
    reason: str = "",
    comment: str = "",
    using: str | None = None,
    **options: Unpack[Whereabouts],
) -> Booking:
    """Moves a booking to the start that was proposed; not for customers.

    Raises NoProposal if none stands, or SlotTaken, and then everything is as it was.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    alias = using or router.db_for_write(Booking)
    known = found(booking, alias)
    actor = acting_on(known, by)
    refuse_customers(actor)
    checked_override(actor, override)
    proposed = known.proposed_start
    if proposed is None:
        raise NoProposal
    start, where = proposed, to_move(options)

    def check(mine: Booking) -> None:
        check_movable(mine, actor)
        if mine.proposed_start != proposed:
            raise NoProposal

    fresh = move(
        known,
        lambda mine: wish_of(mine, start, where, alias, override=override),
        actor,
        verb="accept_change",
        check=check,
        is_there=lambda mine: is_there(mine, start, where, alias),
        reason=reason,
        comment=comment,
        using=alias,
    )
    return up_to_date(booking, fresh)
