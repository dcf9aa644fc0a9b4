from __future__ import annotations

from uuid import UUID

from django.db import router
from django.db.models import Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.freeing.leaving import leave
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.charging import take_back
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.locks import lock_bookings
from bookable.jobs import work_through
from bookable.money import Money
from bookable.payments.models import Order
from bookable.timeline import clock
from bookable.transactions import in_transaction


def expire(order: Order | int, *, using: str | None = None) -> list[Booking]:
    """Ends what of an order has run out: its holds together, and requests nobody answered.

    Returns the bookings that expired; one that is not due yet is left alone.
    """
    key = order.pk if isinstance(order, Order) else order
    return _expire(Q(order=key), using or router.db_for_write(Booking))


def expire_due(*, limit: int = 500, using: str | None = None) -> int:
    """A job: expires whatever has run out by now, order by order, of at most so many; how many
    bookings."""
    alias = using or router.db_for_write(Booking)
    due = Booking.objects.using(alias).filter(
        state__in=[State.HELD, State.REQUESTED], expires_at__lte=clock.now()
    )
    orders = due.order_by("expires_at").values_list("order__uuid", flat=True)

    def work(key: UUID) -> int:
        return len(_expire(Q(order__uuid=key), alias))

    failed = "What has run out of the order %s could not be ended"
    return work_through(dict.fromkeys(orders), work, failed=failed, limit=limit)


def _expire(which: Q, using: str) -> list[Booking]:
    def work() -> list[Booking]:
        due = [one for one in lock_bookings(which, using=using) if _is_due(one)]
        for booking in due:
            take_back(booking, keep=Money.zero(booking.order.currency), label="")
            leave(booking)
            change_state(booking, "expire", State.EXPIRED, SYSTEM)
        return due

    return in_transaction(work, using=using)


def _is_due(booking: Booking) -> bool:
    is_open = booking.state in (State.HELD, State.REQUESTED)
    return is_open and booking.expires_at is not None and booking.expires_at <= clock.now()
