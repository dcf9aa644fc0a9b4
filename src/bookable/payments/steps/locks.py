"""Finds and locks payments in the agreed order: the order first, then its payments."""

from __future__ import annotations

from typing import TypeAlias, TypeVar
from uuid import UUID

from django.db import router
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from bookable.errors import NotFound
from bookable.payments.models import Order, Payment, Refund, SavedCard
from bookable.transactions import for_update

M = TypeVar("M", bound=Model)

OrderLike: TypeAlias = Order | UUID | str
PaymentLike: TypeAlias = Payment | UUID | str
RefundLike: TypeAlias = Refund | UUID | str
CardLike: TypeAlias = SavedCard | UUID | str


def database(using: str | None) -> str:
    return using or router.db_for_write(Payment)


def order_of(given: OrderLike, using: str) -> Order:
    """The order as it is now; not locked."""
    return _found(Order.objects.using(using), given, _("order"))


def payment_of(given: PaymentLike, using: str) -> Payment:
    """The payment as it is now, with its order; not locked."""
    rows = Payment.objects.using(using).select_related("order", "card")
    return _found(rows, given, _("payment"))


def refund_of(given: RefundLike, using: str) -> Refund:
    """The refund as it is now, with its payment and order; not locked."""
    rows = Refund.objects.using(using).select_related("payment__order")
    return _found(rows, given, _("refund"))


def card_of(given: CardLike, using: str) -> SavedCard:
    """The card as it is now, with its order; not locked."""
    rows = SavedCard.objects.using(using).select_related("order")
    return _found(rows, given, _("card"))


def lock_order(key: int, using: str) -> Order:
    """The order, locked and as it is now."""
    return for_update(Order.objects.using(using).filter(pk=key)).get()


def lock_payment(payment: Payment) -> Payment:
    """The payment, locked after its order, and both as they are now."""
    using = payment._state.db or "default"
    order = lock_order(payment.order_id, using)
    fresh = for_update(Payment.objects.using(using).filter(pk=payment.pk)).get()
    fresh.order = order
    return fresh


def lock_payments(order: Order) -> list[Payment]:
    """All payments of a locked order, the oldest first."""
    rows = for_update(Payment.objects.using(order._state.db).filter(order=order).order_by("pk"))
    payments = list(rows)
    for payment in payments:
        payment.order = order
    return payments


def _found(rows: QuerySet[M], given: Model | UUID | str, what: str) -> M:
    found = rows.filter(**_key(given, what)).first()
    if found is None:
        raise NotFound(what, given)
    return found


def _key(given: Model | UUID | str, what: str) -> dict[str, object]:
    if isinstance(given, Model):
        return {"pk": given.pk}
    try:
        return {"uuid": UUID(str(given))}
    except ValueError as error:
        raise NotFound(what, given) from error
