"""What was paid for an order, as one sum over its payments and their refunds."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from bookable.money import Money
from bookable.payments.models.order import LINE_AMOUNT, Order, OrderLine
from bookable.payments.models.payment import Payment
from bookable.payments.models.refund import Refund
from bookable.payments.states import LOST_REFUNDS, PaymentState


def _sum_for_each(rows: QuerySet[Any], parent: str, amount: Combinable) -> Coalesce:
    """An expression of the parents: the sum over their rows, zero for none."""
    mine = rows.filter(**{parent: OuterRef("pk")}).order_by().values(parent)
    found = mine.annotate(found=Sum(amount)).values("found")
    return Coalesce(Subquery(found), 0, output_field=BigIntegerField())


#: What counts of a payment. Whoever gives fees back too, owes nobody more for it.
_COUNTED = Greatest(
    0,
    F("captured")
    - F("surcharge")
    - _sum_for_each(Refund.objects.exclude(state__in=LOST_REFUNDS), "payment", F("amount")),
    output_field=BigIntegerField(),
)
#: Of an order: what it costs, and what was paid of that and is not given back.
TOTAL = _sum_for_each(OrderLine.objects.all(), "order", LINE_AMOUNT)
PAID = _sum_for_each(Payment.objects.taken(), "order", _COUNTED)


def paid(order: Order) -> Money:
    """What was taken and is not given back, nor on its way to be."""
    payments = Payment.objects.using(order._state.db).filter(order=order).taken().order_by()
    found = payments.aggregate(found=Sum(_COUNTED))["found"]
    return Money(int(found or 0), order.currency)


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
