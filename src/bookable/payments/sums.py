"""What was paid for an order, as one sum over its payments and one over its refunds."""

from __future__ import annotations

from django.db.models import F, Sum

from bookable.money import Money
from bookable.payments.models.order import Order
from bookable.payments.models.payment import Payment
from bookable.payments.models.refund import Refund
from bookable.payments.states import PaymentState


def paid(order: Order) -> Money:
    """What was taken and is not given back, nor on its way to be."""
    using = order._state.db
    payments = Payment.objects.using(using).filter(order=order).taken().order_by()
    taken = payments.aggregate(found=Sum(F("captured") - F("surcharge")))["found"] or 0
    refunds = Refund.objects.using(using).filter(payment__order=order)
    back = refunds.filter(payment__state=PaymentState.CAPTURED).reserved()
    return Money(int(taken) - back, order.currency)


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
