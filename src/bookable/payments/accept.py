from __future__ import annotations

from typing import Any

from bookable.errors import NotCapturable
from bookable.money import Money
from bookable.payments.models import Payment, PaymentState
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.payments.steps.settling import ask_to_settle
from bookable.signals import payment_captured
from bookable.transactions import in_own_transaction


def accept(payment: PaymentLike, *, by: Any = None, using: str | None = None) -> Payment:
    """A person has looked at a payment whose amount was not the one asked for: it counts.

    Raises NotCapturable if it is not to be looked at, or no money is there in its currency.
    """
    alias = database(using)

    def work() -> Payment:
        mine = lock_payment(payment_of(payment, alias))
        if mine.state != PaymentState.REVIEW or not (mine.captured or mine.authorized):
            raise NotCapturable(Money.zero(mine.currency))
        is_taken = mine.captured > 0
        mine.state = PaymentState.CAPTURED if is_taken else PaymentState.AUTHORIZED
        record(
            mine,
            "accepted",
            amount=mine.captured or mine.authorized,
            by=by,
            signal=payment_captured if is_taken else None,
            fields=["state"],
        )
        ask_to_settle(mine.order)
        return mine

    fresh = in_own_transaction(work, using=alias)
    settle_if_asked(fresh.order_id, using=alias)
    return payment_of(fresh, alias)
