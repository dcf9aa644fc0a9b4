from __future__ import annotations

from collections.abc import Collection
from typing import Any, Unpack

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.asking import checked_override, question_of, to_move, wish_for
from bookable.bookings.models import Booking
from bookable.bookings.moving.bookings import move
from bookable.bookings.reschedule import check_movable
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
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
    alias = using or router.db_for_write(Booking)
    known = found(booking, alias)
    actor = acting_on(known, by)
    refuse_customers(actor)
    checked_override(actor, override)
    proposed = known.proposed_start
    if proposed is None:
        raise NoProposal
    check_movable(known, actor)

    def check(mine: Booking) -> None:
        check_movable(mine, actor)
        if mine.proposed_start != proposed:
            raise NoProposal

    question = question_of(known, to_move(options))
    fresh = move(
        known,
        wish_for(known.service, proposed, None, question, alias, override=override),
        actor,
        verb="accept_change",
        check=check,
        reason=reason,
        comment=comment,
        using=alias,
    )
    return up_to_date(booking, fresh)
