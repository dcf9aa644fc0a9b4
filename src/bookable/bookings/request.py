from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bookable.bookings.actors import Actor, acting_on, acting_on_all
from bookable.bookings.confirm import confirm_all, held_together, refuse_unpaid
from bookable.bookings.freeing.offering import accept_offers
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing import BookingLike, change_order
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.seats import keep_places
from bookable.errors import NeedsNoApproval
from bookable.timeline import clock


def request(booking: BookingLike, *, by: Any = None, using: str | None = None) -> Booking:
    """Asks for the approval that a service needs; the place is kept until there is an answer.

    Other bookings of the order that need it are requested with it, and those that need none are
    confirmed. Raises NeedsNoApproval if this one needs none, or has it already, HoldExpired, to a
    customer PaymentDue, and to a provider NotAllowed if one of them is with somebody else.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        acting_on(mine, by)
        if mine.state == State.REQUESTED:
            return
        held = held_together(mine, bookings, "request")
        actor = acting_on_all(held, by)
        needing = [one for one in held if needs_approval(one)]
        if mine not in needing:
            raise NeedsNoApproval(others_do=bool(needing))
        others = [one for one in held if one not in needing]
        if others and actor.is_customer:
            refuse_unpaid(mine)
        request_all(needing, actor)
        if others:
            confirm_all(others, actor)

    return change_order(booking, work, using=using)


def needs_approval(booking: Booking) -> bool:
    """Whether it was agreed that somebody must approve it, and nobody has yet."""
    approval = booking.policy.get("approval", {})
    return bool(approval.get("needed")) and not approval.get("given")


def to_be_answered_by(booking: Booking) -> datetime | None:
    """When a request that is made now ends by itself; None if it waits for as long as it takes."""
    minutes = booking.policy.get("approval", {}).get("minutes")
    return None if minutes is None else clock.now() + timedelta(minutes=minutes)


def request_all(held: list[Booking], actor: Actor) -> None:
    """Turns holds that are locked and live into requests."""
    keep_places(held)
    accept_offers(held)
    for one in held:
        one.expires_at = to_be_answered_by(one)
        change_state(one, "request", State.REQUESTED, actor)
