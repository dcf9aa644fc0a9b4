from __future__ import annotations

from typing import Any

from bookable.bookings.actors import Actor, acting_on, acting_on_all
from bookable.bookings.freeing.offering import accept_offers
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing import BookingLike, change_order
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.seats import keep_places
from bookable.errors import HoldExpired, IllegalTransition, NeedsApproval, PaymentDue
from bookable.payments.sums import still_due


def confirm(booking: BookingLike, *, by: Any = None, using: str | None = None) -> Booking:
    """Makes a hold a promise, together with all others of its order.

    Raises HoldExpired if one of them has run out, to a customer NeedsApproval or PaymentDue, and to
    a provider NotAllowed if one of them is with somebody else.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        acting_on(mine, by)
        if mine.state == State.CONFIRMED:
            return
        held = held_together(mine, bookings, "confirm")
        actor = acting_on_all(held, by)
        if actor.is_customer:
            refuse_without_approval(held)
            refuse_unpaid(mine)
        confirm_all(held, actor)

    return change_order(booking, work, using=using)


def held_together(mine: Booking, bookings: list[Booking], verb: str) -> list[Booking]:
    """All holds of the order; HoldExpired if one of them has run out."""
    if mine.state == State.EXPIRED:
        raise HoldExpired
    if mine.state != State.HELD:
        raise IllegalTransition(verb, State(mine.state).label)
    held = [one for one in bookings if one.state == State.HELD]
    if any(one.is_lapsed or one.freed_at is not None for one in held):
        raise HoldExpired
    return held


def refuse_without_approval(held: list[Booking]) -> None:
    if any(one.policy.get("approval", {}).get("needed") and not was_approved(one) for one in held):
        raise NeedsApproval


def was_approved(booking: Booking) -> bool:
    """Whether it is a request that was approved and waits for its payment."""
    return bool(booking.policy.get("approval", {}).get("given"))


def refuse_unpaid(booking: Booking) -> None:
    due = still_due(booking.order)
    if due:
        raise PaymentDue(due)


def confirm_all(held: list[Booking], actor: Actor) -> None:
    """Confirms holds that are locked and live."""
    keep_places(held)
    accept_offers(held)
    for one in held:
        change_state(one, "confirm", State.CONFIRMED, actor)
