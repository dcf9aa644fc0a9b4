from __future__ import annotations

from typing import Any

from bookable.errors import InvalidRequest, NotCapturable
from bookable.payments.apply import apply
from bookable.payments.gateways import get_gateway
from bookable.payments.models import Payment, PaymentState
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.timeline import clock
from bookable.transactions import in_own_transaction


def void(payment: PaymentLike, *, by: Any = None, using: str | None = None) -> Payment:
    """Lets go of money that was set aside. Raises NotCapturable if there is none."""
    alias = database(using)

    def work() -> Payment:
        mine = lock_payment(payment_of(payment, alias))
        if not mine.set_aside:
            raise NotCapturable(mine.set_aside)
        record(mine, "voiding", amount=mine.set_aside.amount, by=by)
        return mine

    mine, asked_at = in_own_transaction(work, using=alias), clock.now()
    gateway = get_gateway(mine.gateway)
    try:
        told = gateway.void(mine.ref, f"{mine.reference}-void")
    except InvalidRequest:
        # it is gone already, or was taken meanwhile: what the gateway says about it counts
        told, asked_at = gateway.fetch(mine.ref), clock.now()
        if told.state == PaymentState.AUTHORIZED:
            raise
    return apply(mine, told, asked_at=asked_at, using=alias)
