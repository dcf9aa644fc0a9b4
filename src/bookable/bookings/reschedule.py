from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Unpack

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.asking import checked_override, question_of, to_move, wish_for
from bookable.bookings.models import Booking, State
from bookable.bookings.moving.bookings import move
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import reschedule_refusal
from bookable.bookings.states import OPEN
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
from bookable.errors import HoldExpired, IllegalTransition, TooLate, TooOften
from bookable.timeline import clock


def reschedule(
    booking: BookingLike,
    start: datetime,
    *,
    by: Any = None,
    override: Collection[str] = (),
    reason: str = "",
    comment: str = "",
    using: str | None = None,
    **options: Unpack[Whereabouts],
) -> Booking:
    """Moves a booking, and nobody else of its session, to another start.

    A provider whom the customer chose stays, unless another one, or None for anybody, is asked
    for; its payment and its history stay. A customer may do it as often, and until when, it was
    agreed: TooOften, TooLate. Raises SlotTaken, and then everything is as it was.
    """
    alias = using or router.db_for_write(Booking)
    known = found(booking, alias)
    actor = acting_on(known, by)
    checked_override(actor, override)
    check_movable(known, actor)
    wish = wish_for(
        known.service, start, None, question_of(known, to_move(options)), alias, override=override
    )
    if wish.start == known.session.start and not options:
        return up_to_date(booking, known)
    fresh = move(
        known,
        wish,
        actor,
        verb="reschedule",
        check=lambda mine: check_movable(mine, actor),
        counts=actor.is_customer,
        reason=reason,
        comment=comment,
        using=alias,
    )
    return up_to_date(booking, fresh)


def check_movable(booking: Booking, actor: Actor) -> None:
    """Refuses what can't be moved any more, and a customer who agreed to less."""
    if booking.is_lapsed or (booking.freed_at is not None and booking.state == State.HELD):
        raise HoldExpired
    if booking.state not in OPEN:
        raise IllegalTransition("reschedule", State(booking.state).label)
    if not actor.is_customer:
        return
    if booking.session.start <= clock.now():
        raise TooLate
    refusal = reschedule_refusal(
        Agreed.read(booking.policy),
        start=booking.session.start,
        moves=booking.moves,
        at=clock.now(),
    )
    limit = Agreed.read(booking.policy).reschedule_limit
    if refusal is not None:
        raise (TooOften if limit is not None and booking.moves >= limit else TooLate)(refusal)
