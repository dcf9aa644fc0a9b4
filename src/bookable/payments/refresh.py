from __future__ import annotations

from collections.abc import Sequence

from bookable.errors import TryAgain
from bookable.payments.apply import apply
from bookable.payments.gateways import Capability, Gateway, get_gateway
from bookable.payments.gateways.answers import PaymentSnapshot, RefundSnapshot
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.models import Payment
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import PaymentLike, database, payment_of
from bookable.timeline import clock


def refresh(
    payment: PaymentLike,
    *,
    named: PaymentRef | None = None,
    message: str = "",
    using: str | None = None,
) -> Payment:
    """Asks the gateway how it stands with a payment, and acts on the answer.

    The one path of webhooks, of customers who return, and of reconciling. `named` is how a message
    names the payment, where we have no other name yet. Raises what the gateway raises, and TryAgain
    while somebody else acts on what is only the first half of the news.
    """
    alias = database(using)
    mine = payment_of(payment, alias)
    gateway, asked_at = get_gateway(mine.gateway), clock.now()
    told = gateway.fetch(named or mine.ref)
    refunds = _refunds(gateway, mine, told)
    if _has_more_to_tell(mine, told):
        # one after the other, as they happened: first what was paid for is kept
        apply(mine, told, asked_at=asked_at, message=message, using=alias)
        settle_if_asked(mine.order_id, using=alias)
        if payment_of(mine, alias).order.settle_at is not None:
            raise TryAgain  # somebody else is about to
    fresh = apply(mine, told, refunds, asked_at=asked_at, message=message, using=alias)
    settle_if_asked(fresh.order_id, using=alias)
    return payment_of(fresh, alias)


def _has_more_to_tell(payment: Payment, told: PaymentSnapshot) -> bool:
    """Whether nobody has acted on the payment yet, and a part of it was given back already."""
    is_news = told.captured.amount > payment.captured or payment.order.settle_at is not None
    return is_news and 0 < told.refunded.amount < told.captured.amount


def _refunds(gateway: Gateway, payment: Payment, told: PaymentSnapshot) -> Sequence[RefundSnapshot]:
    if not (told.captured and gateway.can(Capability.REFUND)):
        return ()
    is_known = payment.refunds.using(payment._state.db).exists()
    return gateway.list_refunds(told.ref) if told.refunded or is_known else ()
