from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.confirm import confirm_all, held_together, refuse_unpaid
from bookable.bookings.freeing.offering import accept_offers
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing import BookingLike, change_order
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.seats import keep_places
from bookable.timeline import clock


def request(booking: BookingLike, *, by: Any = None, using: str | None = None) -> Booking:
    """Asks for the approval that a service needs; the place is kept until there is an answer.

    Other bookings of the order that need none are confirmed with it. Raises HoldExpired.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        actor = acting_on(mine, by)
        if mine.state == State.REQUESTED:
            return
        held = held_together(mine, bookings, "request")
        needing = [one for one in held if one is mine or needs_approval(one)]
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


def request_all(held: list[Booking], actor: Actor) -> None:
    """Turns holds that are locked and live into requests."""
    keep_places(held)
    accept_offers(held)
    for one in held:
        minutes = one.policy.get("approval", {}).get("minutes")
        one.expires_at = None if minutes is None else clock.now() + timedelta(minutes=minutes)
        change_state(one, "request", State.REQUESTED, actor)
