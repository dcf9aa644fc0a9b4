from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Unpack

from django.db import router

from bookable.availability.query import Whereabouts
from bookable.availability.slots import slots
from bookable.bookings.asking import question_of, to_move
from bookable.bookings.models import Booking
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import reschedule_refusal
from bookable.bookings.steps.changing import BookingLike, found
from bookable.bookings.steps.charging import cost_at, cost_of
from bookable.errors import SlotTaken
from bookable.money import Money
from bookable.timeline import clock


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
    """What `reschedule()` to a start would cost a customer. Raises SlotTaken if it isn't free."""
    mine = found(booking, using or router.db_for_write(Booking))
    question: Any = question_of(mine, to_move(options))
    offered = slots(mine.service, start, start + timedelta(minutes=1), **question)
    at = next((slot for slot in offered if slot.start == start), None)
    if at is None:
        raise SlotTaken
    agreed, cost = Agreed.read(mine.policy), cost_of(mine)
    after = cost_at(mine, at.price_lines) if agreed.reprice_moves else cost
    refusal = reschedule_refusal(agreed, start=mine.session.start, moves=mine.moves, at=clock.now())
    return MoveQuote(before=cost, after=after, refusal=refusal)
