"""Sets money of a locked payment aside for a refund, before the gateway is asked for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from bookable.errors import NotRefundable
from bookable.money import Money
from bookable.payments.models import Payment, Refund, RefundSource
from bookable.payments.steps.record import record
from bookable.timeline import clock


def reserve(
    payment: Payment,
    amount: Money,
    *,
    source: RefundSource,
    reason: str = "",
    comment: str = "",
    by: Any = None,
    uuid: UUID | None = None,
) -> Refund:
    """A refund that nobody was asked for yet; NotRefundable if the payment hasn't so much left."""
    most = payment.refundable
    if not Money.zero(most.currency) < amount <= most:
        raise NotRefundable(most)
    refund = Refund(
        uuid=uuid or uuid4(),
        payment=payment,
        amount=amount.amount,
        source=source,
        reason=reason,
        comment=comment,
        by_id=getattr(by, "pk", None),
        next_at=clock.now(),
    )
    refund.save(using=payment._state.db, force_insert=True)
    data = {"reason": reason} if reason else {}
    record(payment, "refund_created", amount=refund.amount, refund=refund, by=by, data=data)
    return refund
