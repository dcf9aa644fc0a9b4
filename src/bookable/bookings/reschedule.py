from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Unpack

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.asking import checked_override, to_move
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.moving.arrived import is_there
from bookable.bookings.moving.bookings import move
from bookable.bookings.moving.prices import at_price
from bookable.bookings.moving.wishes import wish_of
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import reschedule_refusal
from bookable.bookings.states import OPEN
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import HoldExpired, IllegalTransition, TooLate, TooOften
from bookable.money import Money
from bookable.timeline import clock


def reschedule(
    booking: BookingLike,
    start: datetime,
    *,
    expected_price: Money | None = None,
    by: Any = None,
    override: Collection[str] = (),
    reason: str = "",
    comment: str = "",
    using: str | None = None,
    **options: Unpack[Whereabouts],
) -> Booking:
    """Moves a booking, and nobody else of its session, to another start.

    A provider whom the customer chose stays, unless another one, or None for anybody, is asked
    for; its payment and its history stay. Once it is confirmed, a customer may do it as often, and
    until when, it was agreed: TooOften, TooLate. `expected_price` is what it costs there, as
    `quote_move()` said: PriceChanged. Raises SlotTaken, and then everything is as it was.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    alias = using or router.db_for_write(Booking)
    known = found(booking, alias)
    actor = acting_on(known, by)
    checked_override(actor, override)
    where = to_move(options)

    def wish(mine: Booking) -> Wish:
        wanted = wish_of(mine, start, where, alias, override=override)
        return at_price(wanted, mine, expected_price, using=alias)

    fresh = move(
        known,
        wish,
        actor,
        verb="reschedule",
        check=lambda mine: check_movable(mine, actor),
        is_there=lambda mine: is_there(mine, start, where, alias),
        counts=actor.is_customer,
        expected_price=expected_price,
        reason=reason,
        comment=comment,
        using=alias,
    )
    return up_to_date(booking, fresh)


def check_movable(booking: Booking, actor: Actor) -> None:
    """Refuses what can't be moved any more, and a customer who agreed to less."""
    check_stands(booking)
    if not actor.is_customer:
        return
    if booking.session.start <= clock.now():
        raise TooLate
    refusal = refusal_by_terms(booking)
    limit = Agreed.read(booking.policy).reschedule_limit
    if refusal is not None:
        raise (TooOften if limit is not None and booking.moves >= limit else TooLate)(refusal)


def refusal_by_terms(booking: Booking) -> str | None:
    """Why its customer may not move it any more, by what was agreed; None if they may."""
    if booking.state == State.HELD:
        return None  # nothing is agreed before it is confirmed
    agreed, start = Agreed.read(booking.policy), booking.session.start
    return reschedule_refusal(agreed, start=start, moves=booking.moves, at=clock.now())


def check_stands(booking: Booking) -> None:
    """Refuses what has no place any more, or had its time."""
    if booking.is_lapsed or (booking.freed_at is not None and booking.state == State.HELD):
        raise HoldExpired
    if booking.state not in OPEN:
        raise IllegalTransition("reschedule", State(booking.state).label)
