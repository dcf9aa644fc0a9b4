from __future__ import annotations

from typing import Any

from bookable.errors import InvalidRequest, NotCapturable
from bookable.money import Money
from bookable.payments.apply import apply
from bookable.payments.gateways import get_gateway
from bookable.payments.models import Payment
from bookable.payments.refresh import refresh
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.timeline import clock
from bookable.transactions import in_own_transaction


def capture(
    payment: PaymentLike,
    amount: Money | None = None,
    *,
    by: Any = None,
    using: str | None = None,
) -> Payment:
    """Takes money that was set aside: what is owed, or an amount; the rest of it is let go.

    Raises NotCapturable, and what the gateway raises; after OutcomeUnknown ask again with
    `refresh()`, or by the same call.
    """
    alias = database(using)

    def work() -> tuple[Payment, Money]:
        mine = lock_payment(payment_of(payment, alias))
        most = mine.set_aside
        part = min(most, mine.order.balance) if amount is None else amount
        if not Money.zero(most.currency) < part <= most:
            raise NotCapturable(most)
        record(mine, "capturing", amount=part.amount, by=by)
        return mine, part

    (mine, part), asked_at = in_own_transaction(work, using=alias), clock.now()
    key = f"{mine.reference}-capture-{part.amount}"
    try:
        told = get_gateway(mine.gateway).capture(mine.ref, part, key)
    except InvalidRequest as error:
        # its time is over, or somebody else was quicker
        fresh = refresh(mine, using=alias)
        if fresh.set_aside:
            raise
        raise NotCapturable(fresh.set_aside) from error
    fresh = apply(mine, told, asked_at=asked_at, using=alias)
    settle_if_asked(fresh.order_id, using=alias)
    return payment_of(fresh, alias)
