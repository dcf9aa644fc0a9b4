from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookable.bookings.actors import acting_on, refuse_customers
from bookable.bookings.confirm import was_approved
from bookable.bookings.models import Booking, State
from bookable.bookings.states import check_transition
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.seats import keep_places, settle
from bookable.conf import settings
from bookable.payments.sums import still_due
from bookable.timeline import clock


def approve(
    booking: BookingLike, *, by: Any = None, comment: str = "", using: str | None = None
) -> Booking:
    """Accepts a request: it is confirmed, or held until it is paid if something is due first."""

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        refuse_customers(actor)
        if mine.state == State.CONFIRMED or (mine.state == State.HELD and was_approved(mine)):
            return
        check_transition("approve", mine.state, State.CONFIRMED)
        mine.policy = {
            **mine.policy,
            "approval": {**mine.policy.get("approval", {}), "given": True},
        }
        if still_due(mine.order):
            mine.expires_at = clock.now() + timedelta(minutes=settings.APPROVED_MINUTES)
            change_state(mine, "approve", State.HELD, actor, comment=comment, fields=["policy"])
            settle(mine.session)
            return
        keep_places([mine])
        change_state(mine, "approve", State.CONFIRMED, actor, comment=comment, fields=["policy"])

    return change(booking, work, using=using)
