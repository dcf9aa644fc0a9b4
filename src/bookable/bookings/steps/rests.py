"""Until when the rest of an order is to be paid. It was agreed as so long before a start, so it
follows the bookings of the order when they are moved, and ends with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bookable.bookings.deposits import Rest
from bookable.bookings.models import Booking
from bookable.bookings.states import OPEN
from bookable.conf import settings
from bookable.payments.models import Order
from bookable.timeline import clock

#: Under this name a booking's policy keeps how many seconds before its start its rest is due.
_KEY = "rest"


def agree_on_rest(booking: Booking, rest: Rest) -> None:
    """Keeps what was agreed. Of several dates the first one holds, for the order as well."""
    order, start = booking.order, booking.session.start
    seconds, known = int((start - rest.due_at).total_seconds()), booking.policy.get(_KEY)
    if known is None or known["seconds"] < seconds:
        cancels = rest.cancels or bool(known and known["cancels"])
        booking.policy[_KEY] = {"seconds": seconds, "cancels": cancels}
        booking.save(using=booking._state.db, update_fields=["policy"])
    if order.balance_due_at is None or order.balance_due_at > rest.due_at:
        _write(order, rest.due_at, order.ends_unpaid or rest.cancels)


def follow_rest(booking: Booking, *, leaves: bool = False) -> None:
    """Reckons the date anew for the order of a booking that was moved, or is just leaving it."""
    order = booking.order
    if order.balance_due_at is None and _KEY not in booking.policy:
        return
    rows = Booking.objects.using(order._state.db).filter(order=order).select_related("session")
    agreed = [one for one in rows if _KEY in one.policy]
    if not agreed:
        return  # somebody else set the date
    left = [one for one in agreed if one.state in OPEN and not (leaves and one.pk == booking.pk)]
    _write(order, _due_at(order, left), any(one.policy[_KEY]["cancels"] for one in left))


def _due_at(order: Order, bookings: Iterable[Booking]) -> datetime | None:
    """The first of their dates. One that has come by the move alone leaves time to pay, though not
    longer than it was before, nor past the start."""
    dates = [
        (one.session.start - timedelta(seconds=one.policy[_KEY]["seconds"]), one.session.start)
        for one in bookings
    ]
    if not dates:
        return None
    (due, start), now = min(dates), clock.now()
    if due > now:
        return due
    time_to_pay = now + timedelta(minutes=settings.APPROVED_MINUTES)
    return max(due, min(order.balance_due_at or time_to_pay, time_to_pay, start))


def _write(order: Order, due_at: datetime | None, ends_unpaid: bool) -> None:
    if (due_at, ends_unpaid) == (order.balance_due_at, order.ends_unpaid):
        return
    if due_at != order.balance_due_at:
        order.reminded_at = None
    order.balance_due_at, order.ends_unpaid = due_at, ends_unpaid
    fields = ["balance_due_at", "ends_unpaid", "reminded_at", "modified"]
    order.save(using=order._state.db, update_fields=fields)
