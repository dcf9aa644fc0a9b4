from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db.models import Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.models import State
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_bookings
from bookable.conf import settings
from bookable.payments.models import Order
from bookable.payments.steps.locks import database
from bookable.signals import balance_due, send_after_commit
from bookable.timeline import clock
from bookable.transactions import in_transaction


def remind_of_balances(*, limit: int = 200, using: str | None = None) -> int:
    """A job: some days before the rest of an order is due, writes so into the history of its
    bookings, once, so that the customer is told. Returns for how many orders."""
    alias = database(using)
    soon = clock.now() + timedelta(days=settings.REMIND_DAYS)
    due = Order.objects.using(alias).filter(balance_due_at__lte=soon, reminded_at=None)
    keys = list(due.order_by("balance_due_at").values_list("pk", flat=True)[:limit])
    return sum(in_transaction(partial(_remind, key, alias), using=alias) for key in keys)


def _remind(key: int, using: str) -> int:
    """Nobody is told of what is paid, or of what is not confirmed yet."""
    confirmed = Q(order=key, state=State.CONFIRMED)
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
