from __future__ import annotations

from django.db import router
from django.db.models import Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.models import Booking
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_bookings
from bookable.payments.models import Order
from bookable.transactions import in_transaction

REASON = "payment_late_refunded"


def note_late_refund(order: Order, *, using: str | None = None) -> list[Booking]:
    """Writes into the history of holds that expired that their payment came late and is given back.

    Returns those that it was written for; after it they can't be taken again.
    """
    alias = using or router.db_for_write(Booking)

    def work() -> list[Booking]:
        expired = Booking.objects.using(alias).filter(order=order).expired_holds()
        keys = list(expired.values_list("pk", flat=True))
        bookings = lock_bookings(Q(pk__in=keys), using=alias)
        for booking in bookings:
            record(booking, "refund_late", SYSTEM, reason=REASON)
        return bookings

    return in_transaction(work, using=alias)
