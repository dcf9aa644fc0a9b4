"""What follows when a booking gives up its place: the next in line is asked, or it is free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bookable.bookings.models import Booking
from bookable.bookings.offering import close_offer, freed_by, offer_place
from bookable.bookings.seats import give_up_place, settle
from bookable.bookings.visits import restore_buffers
from bookable.schedule.models import Claim


def leave(booking: Booking) -> None:
    """The booking is out of its session, whose claims last as long as those who stay in it.

    Somebody on the waiting list is offered the place before anybody else can have it. The caller
    saves the booking afterwards.
    """
    close_offer(booking)
    _free(booking, is_passed_on=True)


def free_old_place(
    booking: Booking, *, lanes: Collection[tuple[int, int]], start: datetime, end: datetime
) -> None:
    """The same for a booking that moves, to these lanes, while it keeps all else.

    A place that overlaps the new one on the same lane can't be passed on.
    """
    old = Claim.objects.using(booking._state.db).filter(
        session=booking.session_id, released_at=None, end__gt=start, start__lt=end
    )
    overlaps = any(lane in lanes for lane in old.values_list("provider", "unit"))
    _free(booking, is_passed_on=not overlaps)


def _free(booking: Booking, *, is_passed_on: bool) -> None:
    session, had_place = booking.session, booking.freed_at is None
    freed = freed_by(booking)
    give_up_place(booking)
    if is_passed_on and had_place and session.released_at is None:
        offer_place(session, freed)
    settle(session, without=booking)
    restore_buffers(session, booking.order_id)
