from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.bookings.asking import to_move
from bookable.bookings.models import Booking
from bookable.bookings.moving.arrived import is_there
from bookable.bookings.moving.prices import prices_of
from bookable.bookings.moving.wishes import wish_of
from bookable.bookings.policies import Agreed
from bookable.bookings.refusing import slot_taken
from bookable.bookings.reschedule import check_stands, refusal_by_terms
from bookable.bookings.steps.changing import BookingLike, found
from bookable.bookings.steps.charging import cost_at, cost_of
from bookable.errors import BookingRefused
from bookable.money import Money


@dataclass(frozen=True, slots=True)
class MoveQuote:
    """What a booking costs now, what it would cost at another start, and why it may not be moved.

    A booking keeps its price unless it was agreed that moving has it calculated again.
    """

    before: Money
    after: Money
    refusal: str | None = None

    @property
    def difference(self) -> Money:
        """What is to be paid besides; less than zero is given back."""
        return self.after - self.before


def quote_move(
    booking: BookingLike,
    start: datetime,
    *,
    using: str | None = None,
    **options: Unpack[Whereabouts],
) -> MoveQuote:
    """What `reschedule()` to a start would cost a customer. Raises SlotTaken if it isn't free.

    Of several prices it is the lowest that can be had: hand it to `reschedule()` as the
    `expected_price`, or it may be given to somebody who costs more.
    """
    alias = using or router.db_for_write(Booking)
    mine, where = found(booking, alias), to_move(options)
    wish = wish_of(mine, start, where, alias)
    prices = [cost_at(mine, lines) for lines in prices_of(mine, wish, using=alias)]
    if not prices:
        raise slot_taken(wish.service, wish.start, wish.asked)
    cost = after = cost_of(mine)
    if Agreed.read(mine.policy).reprice_moves and not is_there(mine, start, where, alias):
        after = min(prices, key=lambda price: price.amount)
    return MoveQuote(before=cost, after=after, refusal=_refusal(mine))


def _refusal(booking: Booking) -> str | None:
    try:
        check_stands(booking)
    except BookingRefused as refused:
        return str(refused)
    return refusal_by_terms(booking)
