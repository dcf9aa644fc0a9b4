from __future__ import annotations

from typing import Any

from bookable.errors import NotRefundable
from bookable.money import Money
from bookable.payments.models import Refund, RefundSource
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
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
    by: Any = None,
    using: str | None = None,
) -> Refund | None:
    """Gives money of a payment back, all that is left of it or a part.

    Money that was only set aside is let go instead, and there is no refund. Raises NotRefundable.
    What the gateway did not answer is asked again by a job.
    """
    alias = database(using)
    mine = payment_of(payment, alias)
    if mine.set_aside and not mine.captured:
        if amount not in (None, mine.set_aside):
            raise NotRefundable(mine.set_aside)
        void(mine, by=by, using=alias)
        return None

    def work() -> Refund:
        locked = lock_payment(mine)
        part = locked.refundable if amount is None else amount
        return reserve(
            locked, part, source=RefundSource.STAFF, reason=reason, comment=comment, by=by
        )

    made = submit(in_own_transaction(work, using=alias), using=alias)
    settle_if_asked(mine.order_id, using=alias)
    return made
