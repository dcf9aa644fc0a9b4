"""Notes on an order that money came or went, so that somebody acts on it even after a crash."""

from __future__ import annotations

from bookable.payments.models import Order
from bookable.timeline import clock


def ask_to_settle(order: Order) -> None:
    """Whoever comes next sees to the locked order, at the latest the job."""
    order.settle_at, order.settle_tries = clock.now(), 0
    order.save(using=order._state.db, update_fields=["settle_at", "settle_tries", "modified"])
