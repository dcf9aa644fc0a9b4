from __future__ import annotations

import logging
from functools import partial

from django.db.models import Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.cancel import cancel_locked
from bookable.bookings.models import State
from bookable.bookings.steps.locks import lock_bookings
from bookable.errors import BookableError
from bookable.payments.close import close
from bookable.payments.models import Order
from bookable.payments.steps.locks import database
from bookable.timeline import clock
from bookable.transactions import in_transaction

logger = logging.getLogger(__name__)

REASON = "balance_unpaid"


def cancel_unpaid(*, limit: int = 200, using: str | None = None) -> int:
    """A job: cancels what was agreed to be cancelled if its rest is not paid when it is due, at
    the fee for cancelling. Returns how many bookings.

    The gateway is asked first, so that nothing is cancelled that was just paid.
    """
    alias = database(using)
    due = Order.objects.using(alias).filter(
        ends_unpaid=True, balance_due_at__lte=clock.now(), bookings__state=State.CONFIRMED
    )
    orders = list(due.distinct().order_by("balance_due_at", "pk")[:limit])
    return sum(
        in_transaction(partial(_cancel, order.pk, alias), using=alias)
        for order in orders
        if _is_unpaid(order)
    )


def _is_unpaid(order: Order) -> bool:
    """Whether it is certain that nobody is paying and nobody has paid."""
    for payment in order.payments.using(order._state.db).open():
        try:
            close(payment, using=order._state.db)
        except BookableError as error:
            logger.warning("Payment %s could not be closed: %s", payment.uuid, type(error).__name__)
            return False
    is_open = order.payments.using(order._state.db).open().exists()
    return not is_open and order.balance.amount > 0


def _cancel(key: int, using: str) -> int:
    bookings = lock_bookings(Q(order=key, state=State.CONFIRMED), using=using)
    if not bookings or bookings[0].order.balance.amount <= 0:
        return 0
    ahead = [one for one in bookings if one.session.start > clock.now()]
    for booking in ahead:
        cancel_locked(booking, SYSTEM, reason=REASON, waive_fee=False)
    return len(ahead)
