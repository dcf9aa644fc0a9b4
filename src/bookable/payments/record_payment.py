from __future__ import annotations

from typing import Any
from uuid import uuid4, uuid5

from bookable.errors import AlreadyPaid, GatewayNotOffered, InvalidAmount, UnsupportedCurrency
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.offline import OfflineGateway
from bookable.payments.gateways.offline.books import open_entry, pay_entry
from bookable.payments.gateways.questions import CheckoutRequest
from bookable.payments.models import Order, Payment
from bookable.payments.refresh import refresh
from bookable.payments.steps.locks import OrderLike, database, lock_order, order_of
from bookable.payments.steps.opening import purpose_of
from bookable.payments.steps.record import record
from bookable.payments.steps.starting import describe
from bookable.timeline import clock
from bookable.transactions import in_own_transaction


def record_payment(
    order: OrderLike,
    amount: Money,
    *,
    gateway: str = "default",
    key: str = "",
    by: Any = None,
    using: str | None = None,
) -> Payment:
    """Staff took money for an order: in cash at the desk, or by a transfer that nobody announced.

    The second call with the same key returns the first one's payment. Raises AlreadyPaid if less
    than that is owed, GatewayNotOffered if the alias is not an offline gateway's, InvalidAmount and
    UnsupportedCurrency.
    """
    alias = database(using)
    mine = order_of(order, alias)
    _refuse(mine, amount, gateway)
    name = uuid5(mine.uuid, f"recorded:{key}") if key else uuid4()

    def work() -> Payment:
        locked = lock_order(mine.pk, alias)
        known = Payment.objects.using(alias).filter(uuid=name).first()
        if known is not None:
            return known
        if amount > locked.balance:
            raise AlreadyPaid
        payment = Payment(
            uuid=name,
            order=locked,
            purpose=purpose_of(locked, amount),
            gateway=gateway,
            currency=amount.currency,
            amount=amount.amount,
            created=clock.now(),
        )
        payment.save(using=alias, force_insert=True)
        _enter(payment)
        record(payment, "recorded", amount=payment.amount, by=by)
        return payment

    return refresh(in_own_transaction(work, using=alias), using=alias)


def _refuse(order: Order, amount: Money, gateway: str) -> None:
    if not isinstance(get_gateway(gateway), OfflineGateway):
        raise GatewayNotOffered(gateway, [])
    if amount.currency != order.currency:
        raise UnsupportedCurrency(amount.currency, [order.currency])
    if amount.amount <= 0:
        raise InvalidAmount(str(amount))


def _enter(payment: Payment) -> None:
    """Into the books, which are asked about it afterwards like those of any gateway."""
    request = CheckoutRequest(
        key=payment.reference,
        reference=payment.reference,
        money=payment.money,
        email=payment.order.email,
        description=describe(payment.order),
        return_url="",
        cancel_url="",
        expires_at=payment.created,
    )
    open_entry(request, is_promised=False)
    pay_entry(payment.reference)
