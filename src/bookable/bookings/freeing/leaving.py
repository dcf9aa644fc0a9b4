"""What follows when a booking gives up its place: the next in line is asked, or it is free."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import ceil, floor

from django.db.models import QuerySet

from bookable.bookings.freeing.offering import Freed, Lanes, close_offer, pass_on
from bookable.bookings.models import Booking
from bookable.bookings.steps.seats import give_up_place, settle
from bookable.bookings.taking.visits import restore_beside
from bookable.schedule.models import Claim, Session


def leave(booking: Booking) -> None:
    """The booking is out of its session, whose claims last as long as those who stay in it.

    Somebody on the waiting list is offered the place before anybody else can have it. The caller
    saves the booking afterwards.
    """
    close_offer(booking)
    pass_on(free_place(booking))


def free_place(booking: Booking, others: Collection[int] = ()) -> Freed | None:
    """The same for a booking that goes elsewhere; nobody is offered the place yet.

    Whoever moves it hands the result to `pass_on` once its new place is written. It is None where
    there is nothing to pass on. `others` are bookings that leave at the same time.
    """
    session = booking.session
    had_seats, was_live = booking.freed_at is None, session.released_at is None
    claims = list(_claims_until_now(session)) if had_seats else []
    give_up_place(booking)
    settle(session, without={booking.pk, *others})
    is_over = session.released_at is not None
    if is_over:
        restore_beside(session, claims, booking.order_id)
    if not (had_seats and was_live):
        return None
    freed = (claim for claim in claims if is_over or claim.booking_id == booking.pk)
    return Freed(booking=booking, session=session, lanes=lanes_of(freed))


def _claims_until_now(session: Session) -> QuerySet[Claim]:
    """The claims that a session has, or had when it was released."""
    return Claim.objects.using(session._state.db).filter(
        session=session, released_at=session.released_at
    )


def lanes_of(claims: Iterable[Claim]) -> Lanes:
    """When the lanes of claims are free once these are gone."""
    return {
        (one.provider_id, one.unit): (ceil(one.start.timestamp()), floor(one.end.timestamp()))
        for one in claims
    }
