"""What was paid for orders, in the list and as a filter: sums beside the rows, never joins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import (
    BigIntegerField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.bookings.models import Booking, State
from bookable.bookings.states import OPEN, PAST
from bookable.payments.models import Order, OrderLine, Payment, PaymentState, Refund
from bookable.payments.models.order import LINE_AMOUNT
from bookable.payments.states import LOST_REFUNDS

#: Rows with sums, which the type checker does not know of.
Orders = Any

_WHOLE = BigIntegerField()


def with_money(orders: QuerySet[Order]) -> Orders:
    """Each with `sum_owed`, `sum_paid` and `sum_left`, counted as the model counts them."""
    return orders.annotate(
        sum_owed=_sum(OrderLine.objects.all(), "order", LINE_AMOUNT),
        sum_paid=_whole(_sum_taken() - _sum_given_back()),
    ).annotate(sum_left=_whole(F("sum_owed") - F("sum_paid")))


class MoneyFilter(admin.SimpleListFilter):
    """Where what was paid and what was promised do not agree, or nobody has acted on it yet."""

    title = _("money")
    parameter_name = "money"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [
            ("unbooked", _("Paid but not booked")),
            ("unpaid", _("Booked but not paid")),
            ("review", _("To be looked at")),
            ("settling", _("Settling")),
        ]

    def queryset(self, request: HttpRequest, queryset: Orders) -> Orders:
        narrowed = _FILTERS.get(self.value() or "")
        return queryset if narrowed is None else narrowed(queryset)


def _unbooked(orders: Orders) -> Orders:
    return orders.filter(~_has_booking(*OPEN, *PAST), sum_left__lt=0)


def _unpaid(orders: Orders) -> Orders:
    """Something is due that was neither paid nor set aside."""
    due = _sum(OrderLine.objects.all(), "order", F("due_now"))
    waiting = Payment.objects.filter(state=PaymentState.AUTHORIZED)
    set_aside = _sum(waiting, "order", F("authorized") - F("captured"))
    missing = _whole(due - F("sum_paid") - set_aside)
    return orders.alias(missing=missing).filter(_has_booking(State.CONFIRMED), missing__gt=0)


def _to_be_looked_at(orders: Orders) -> Orders:
    waiting = Payment.objects.filter(order=OuterRef("pk"), state=PaymentState.REVIEW)
    return orders.filter(Exists(waiting))


def _settling(orders: Orders) -> Orders:
    return orders.exclude(settle_at=None)


_FILTERS = {
    "unbooked": _unbooked,
    "unpaid": _unpaid,
    "review": _to_be_looked_at,
    "settling": _settling,
}


def _has_booking(*states: str) -> Exists:
    return Exists(Booking.objects.filter(order=OuterRef("pk"), state__in=states))


def _sum_taken() -> Coalesce:
    return _sum(Payment.objects.taken(), "order", F("captured") - F("surcharge"))


def _sum_given_back() -> Coalesce:
    refunds = Refund.objects.filter(payment__state=PaymentState.CAPTURED)
    return _sum(refunds.exclude(state__in=LOST_REFUNDS), "payment__order", F("amount"))


def _sum(rows: QuerySet[Any], order: str, amount: Any) -> Coalesce:
    """The sum over the rows of each order; zero for none."""
    own = rows.filter(**{order: OuterRef("pk")}).order_by().values(order)
    summed = own.annotate(found=Sum(amount, output_field=_WHOLE)).values("found")
    return Coalesce(Subquery(summed, output_field=_WHOLE), 0, output_field=_WHOLE)


def _whole(amount: Expression | F) -> ExpressionWrapper[Expression | F]:
    return ExpressionWrapper(amount, output_field=_WHOLE)
