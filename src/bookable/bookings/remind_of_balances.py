from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_bookings
from bookable.conf import settings
from bookable.jobs import work_through
from bookable.payments.models import Order
from bookable.payments.steps.locks import database
from bookable.signals import balance_due, send_after_commit
from bookable.timeline import clock
from bookable.transactions import in_transaction


def remind_of_balances(*, limit: int = 200, using: str | None = None) -> int:
    """A job: some days before the rest of an order is due, writes so into the history of its
    bookings, once, so that the customer is told. Returns for how many orders."""
    alias = database(using)

    def work(key: UUID) -> int:
        return in_transaction(partial(_remind, key, alias), using=alias)

    failed = "The customer of the order %s could not be reminded"
    return work_through(_due(alias), work, failed=failed, limit=limit)


def _due(using: str) -> list[UUID]:
    """The orders that would be reminded by now."""
    soon = clock.now() + timedelta(days=settings.REMIND_DAYS)
    confirmed = Booking.objects.using(using).filter(order=OuterRef("pk"), state=State.CONFIRMED)
    orders = Order.objects.using(using).filter(
        Exists(confirmed), balance_due_at__lte=soon, reminded_at=None
    )
    return list(orders.owing().order_by("balance_due_at", "pk").values_list("uuid", flat=True))


def _remind(key: UUID, using: str) -> int:
    """Nobody is told of what is paid, or of what is not confirmed yet."""
    confirmed = Q(order__uuid=key, state=State.CONFIRMED)
    bookings = lock_bookings(confirmed, using=using)
    if not bookings:
        return 0
    order = bookings[0].order
    if order.reminded_at is not None or order.balance.amount <= 0:
        return 0
    order.reminded_at = clock.now()
    order.save(using=using, update_fields=["reminded_at", "modified"])
    data = {"balance": order.balance.amount}
    for booking in bookings:
        record(booking, "remind_of_balance", SYSTEM, data=data)
    send_after_commit(balance_due, Order, using=using, order=order)
    return 1
