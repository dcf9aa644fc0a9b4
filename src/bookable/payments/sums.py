"""What was paid for an order, as one sum over its payments and their refunds."""

from __future__ import annotations

from django.db.models import F, Q, Sum

from bookable.money import Money
from bookable.payments.models.order import Order
from bookable.payments.models.payment import Payment
from bookable.payments.states import LOST_REFUNDS, PaymentState


def paid(order: Order) -> Money:
    """What was taken and is not given back, nor on its way to be."""
    payments = Payment.objects.using(order._state.db).filter(order=order).taken().order_by()
    back = Sum("refunds__amount", filter=~Q(refunds__state__in=LOST_REFUNDS))
    rows = payments.annotate(back=back).values_list("captured", "surcharge", "back")
    # whoever gives fees back too, owes nobody more for it
    counted = (max(0, taken - surcharge - int(back or 0)) for taken, surcharge, back in rows)
    return Money(sum(counted), order.currency)


def disputed(order: Order) -> Money:
    """What customers' banks have taken back of it, or try to."""
    payments = Payment.objects.using(order._state.db).filter(order=order).taken().order_by()
    return Money(payments.aggregate(found=Sum("disputed"))["found"] or 0, order.currency)


def set_aside(order: Order) -> Money:
    """What could still be taken of what was set aside or promised."""
    waiting = Payment.objects.using(order._state.db).filter(
        order=order, state=PaymentState.AUTHORIZED
    )
    found = waiting.order_by().aggregate(found=Sum(F("authorized") - F("captured")))["found"]
    return Money(int(found or 0), order.currency)


def still_due(order: Order) -> Money:
    """What must still be paid, or be set aside, before it is confirmed."""
    missing = order.due_first - paid(order) - set_aside(order)
    return max(Money.zero(order.currency), missing)
