from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from bookable.bookings.actors import acting_on
from bookable.bookings.add_seats import check_seats_can_change
from bookable.bookings.freeing.leaving import lanes_of
from bookable.bookings.freeing.offering import Freed, pass_on
from bookable.bookings.models import Booking
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.charging import take_back_seats
from bookable.bookings.steps.history import record
from bookable.bookings.steps.seats import own_claims, settle, take_seats
from bookable.bookings.taking.details import refuse_more_names
from bookable.bookings.taking.seat_lanes import shares
from bookable.bookings.taking.writing import event_data
from bookable.catalog.candidates import needs_of
from bookable.errors import InvalidSeats
from bookable.schedule.models import Claim
from bookable.timeline import clock


def remove_seats(
    booking: BookingLike,
    seats: int,
    *,
    by: Any = None,
    attendees: Collection[str] | None = None,
    using: str | None = None,
) -> Booking:
    """Gives so many seats of a booking back, at the share of what cancelling it would cost.

    Extras stay. `attendees` are the names of those who stay; without them the first ones do. Raises
    InvalidSeats if none would stay, HoldExpired, and TooLate to a customer once it has begun.
    """

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        check_seats_can_change(mine, actor, "remove_seats")
        _refuse_too_many(mine, seats)
        refuse_more_names(attendees or (), mine.seats - seats)
        before = event_data(mine)
        refund, fee = take_back_seats(mine, seats, waive=not actor.is_customer)
        freed = lanes_of(_give_up_lanes(mine, seats))
        mine.seats -= seats
        mine.attendees = list(mine.attendees if attendees is None else attendees)[: mine.seats]
        take_seats(mine.session, -seats)
        data = event_data(mine, before=before, refund=refund.amount, fee=fee.amount)
        record(mine, "remove_seats", actor, data=data, fields=["seats", "attendees"])
        pass_on(Freed(booking=mine, session=mine.session, lanes=freed))
        settle(mine.session)

    return change(booking, work, using=using)


def _refuse_too_many(booking: Booking, seats: object) -> None:
    if isinstance(seats, bool) or not isinstance(seats, int) or seats < 1:
        raise InvalidSeats
    if seats >= booking.seats:
        raise InvalidSeats(_("At least one seat must stay. To give back all, cancel the booking."))


def _give_up_lanes(booking: Booking, seats: int) -> list[Claim]:
    """The claims that only the last of its seats had; they are free."""
    using, service = booking._state.db or "default", booking.service
    claims = list(own_claims([booking.pk], using).order_by("pk"))
    if not claims:
        return []
    needs = [
        need
        for need in needs_of([service], using)[service.pk]
        if booking.session.channel in need.channels
    ]
    found = shares(needs, [claim.provider_id for claim in claims], booking.seats)
    gone = [claims[position] for share in found[-seats:] for position in share]
    freed = own_claims([booking.pk], using).filter(pk__in=[claim.pk for claim in gone])
    freed.update(released_at=clock.now())
    return gone
