from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from bookable.bookings.actors import SYSTEM
from bookable.bookings.cancel import cancel_locked
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.locks import lock_bookings
from bookable.jobs import work_through
from bookable.payments.close import close
from bookable.payments.models import Order
from bookable.payments.steps.locks import database, order_of
from bookable.timeline import clock
from bookable.transactions import in_transaction

REASON = "balance_unpaid"


def cancel_unpaid(*, limit: int = 200, using: str | None = None) -> int:
    """A job: cancels what was agreed to be cancelled if its rest is not paid when it is due, at
    the fee for cancelling. Returns how many bookings.

    The gateway is asked first, so that nothing is cancelled that was just paid.
    """
    alias = database(using)

    def work(key: UUID) -> int:
        if not _is_unpaid(order_of(key, alias)):
            return 0
        return in_transaction(partial(_cancel, key, alias), using=alias)

    failed = "The unpaid order %s could not be cancelled"
    return work_through(_due(alias), work, failed=failed, limit=limit)


def _due(using: str) -> list[UUID]:
    """The orders that would be cancelled by now, unless somebody is paying them."""
    now = clock.now()
    ahead = Booking.objects.using(using).filter(
        order=OuterRef("pk"), state=State.CONFIRMED, session__start__gt=now
    )
    orders = Order.objects.using(using).filter(
        Exists(ahead), ends_unpaid=True, balance_due_at__lte=now
    )
    return list(orders.owing().order_by("balance_due_at", "pk").values_list("uuid", flat=True))


def _is_unpaid(order: Order) -> bool:
    """Whether it is certain that nobody is paying and nobody has paid.

    Raises what a gateway raises that doesn't answer.
    """
    payments = order.payments.using(order._state.db)
    for payment in payments.open():
        close(payment, using=order._state.db)
    return not payments.open().exists() and order.balance.amount > 0


def _cancel(key: UUID, using: str) -> int:
    bookings = lock_bookings(Q(order__uuid=key, state=State.CONFIRMED), using=using)
    if not bookings or bookings[0].order.balance.amount <= 0:
        return 0
    ahead = [one for one in bookings if one.session.start > clock.now()]
    for booking in ahead:
        cancel_locked(booking, SYSTEM, reason=REASON, waive_fee=False)
    return len(ahead)
