from __future__ import annotations

from django.db import router
from django.db.models import Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.freeing.leaving import leave
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.charging import take_back
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.locks import lock_bookings
from bookable.money import Money
from bookable.payments.models import Order
from bookable.timeline import clock
from bookable.transactions import in_transaction


def expire(order: Order | int, *, using: str | None = None) -> list[Booking]:
    """Ends what of an order has run out: its holds together, and requests nobody answered.

    Returns the bookings that expired; one that is not due yet is left alone.
    """
    alias = using or router.db_for_write(Booking)
    key = order.pk if isinstance(order, Order) else order

    def work() -> list[Booking]:
        due = [one for one in lock_bookings(Q(order=key), using=alias) if _is_due(one)]
        for booking in due:
            take_back(booking, keep=Money.zero(booking.order.currency), label="")
            leave(booking)
            change_state(booking, "expire", State.EXPIRED, SYSTEM)
        return due

    return in_transaction(work, using=alias)


def expire_due(*, limit: int = 500, using: str | None = None) -> int:
    """A job: expires whatever has run out by now, one order after the other; how many bookings."""
    alias = using or router.db_for_write(Booking)
    due = Booking.objects.using(alias).filter(
        state__in=[State.HELD, State.REQUESTED], expires_at__lte=clock.now()
    )
    orders = due.order_by("expires_at").values_list("order", flat=True)[:limit]
    return sum(len(expire(key, using=alias)) for key in dict.fromkeys(orders))


def _is_due(booking: Booking) -> bool:
    is_open = booking.state in (State.HELD, State.REQUESTED)
    return is_open and booking.expires_at is not None and booking.expires_at <= clock.now()
