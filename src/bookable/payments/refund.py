from __future__ import annotations

from typing import Any
from uuid import uuid5

from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import NotRefundable
from bookable.money import Money
from bookable.payments.models import Payment, PaymentState, Refund, RefundSource
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.payments.steps.reserving import reserve
from bookable.payments.submit import submit
from bookable.payments.void import void
from bookable.transactions import in_own_transaction


def refund(
    payment: PaymentLike,
    amount: Money | None = None,
    *,
    reason: str = "",
    comment: str = "",
    key: str = "",
    by: Any = None,
    using: str | None = None,
) -> Refund | None:
    """Gives money of a payment back, all that is left of it or a part.

    Fees that the gateway took on top stay where they are, unless an amount says otherwise. Money
    that was only set aside is let go instead, and there is no refund. Raises NotRefundable.
    What the gateway did not answer is asked again by a job. Asked for again under the same `key`,
    it is the same refund, whatever else is said.
    """
    refuse_long_texts(Refund, reason=reason)
    alias = database(using)
    mine = payment_of(payment, alias)
    if mine.set_aside and not mine.captured:
        if amount not in (None, mine.set_aside):
            raise NotRefundable(mine.set_aside)
        void(mine, by=by, using=alias)
        settle_if_asked(mine.order_id, using=alias)
        return None

    name = uuid5(mine.uuid, key) if key else None

    def work() -> Refund:
        locked = lock_payment(mine)
        known = locked.refunds.using(alias).filter(uuid=name).first() if name else None
        if known is not None:
            return known
        part = _rest(locked) if amount is None else amount
        made = reserve(
            locked,
            part,
            source=RefundSource.STAFF,
            reason=reason,
            comment=comment,
            by=by,
            uuid=name,
        )
        if locked.state == PaymentState.REVIEW and not locked.refundable:
            # all of it is given back, so there is nothing left to look at
            locked.state = PaymentState.CAPTURED
            record(locked, "accepted", amount=0, by=by, fields=["state"])
        return made

    made = submit(in_own_transaction(work, using=alias), using=alias)
    settle_if_asked(mine.order_id, using=alias)
    return made


def _rest(payment: Payment) -> Money:
    """What is left of it, without the fees that the gateway took from the customer besides."""
    fees = Money(payment.surcharge, payment.currency)
    return max(Money.zero(payment.currency), payment.refundable - fees)
