from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bookable.payments.gateways.answers import PaymentSnapshot, RefundSnapshot
from bookable.payments.models import Payment
from bookable.payments.steps.cards import keep_card
from bookable.payments.steps.facts import write_facts
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.refunds import write_refunds
from bookable.payments.steps.settling import ask_to_settle
from bookable.transactions import in_own_transaction


def apply(
    payment: PaymentLike,
    told: PaymentSnapshot,
    refunds: Sequence[RefundSnapshot] = (),
    *,
    asked_at: datetime,
    message: str = "",
    using: str | None = None,
) -> Payment:
    """Writes down how a gateway says it stands with a payment: the only way in which that changes.

    What is told late takes nothing back, and an amount or currency that was not asked for is left
    to a person. `asked_at` is the moment before the gateway was asked, `message` the one that gave
    rise to it. The order is to be settled if anything is new.
    """
    alias = database(using)

    def work() -> Payment:
        mine = lock_payment(payment_of(payment, alias))
        is_latest = mine.checked_at is None or mine.checked_at <= asked_at
        before = _columns(mine)
        changes = [
            *write_facts(mine, told, message=message, is_latest=is_latest),
            *write_refunds(mine, refunds, message=message),
        ]
        keep_card(mine, told.card)
        if _columns(mine) != before:
            mine.save(using=alias)
        if is_latest:
            # to have looked is no change: what is old and settled is not to look new for ever
            mine.checked_at = asked_at
            Payment.objects.using(alias).filter(pk=mine.pk).update(checked_at=asked_at)
        if changes:
            ask_to_settle(mine.order)
        return mine

    return in_own_transaction(work, using=alias)


def _columns(payment: Payment) -> dict[str, Any]:
    return {field.attname: getattr(payment, field.attname) for field in payment._meta.fields}
