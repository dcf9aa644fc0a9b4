from __future__ import annotations

from collections.abc import Sequence

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
    names the payment, where we have no other name yet. Raises what the gateway raises.
    """
    alias = database(using)
    mine = payment_of(payment, alias)
    gateway, asked_at = get_gateway(mine.gateway), clock.now()
    told = gateway.fetch(named or mine.ref)
    refunds = _refunds(gateway, mine, told)
    fresh = apply(mine, told, refunds, asked_at=asked_at, message=message, using=alias)
    settle_if_asked(fresh.order_id, using=alias)
    return payment_of(fresh, alias)


def _refunds(gateway: Gateway, payment: Payment, told: PaymentSnapshot) -> Sequence[RefundSnapshot]:
    if not (told.captured and gateway.can(Capability.REFUND)):
        return ()
    is_known = payment.refunds.using(payment._state.db).exists()
    return gateway.list_refunds(told.ref) if told.refunded or is_known else ()
