"""Writes what happened to a payment: its columns, an event, what recorders add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.dispatch import Signal

from bookable.events import tell_payment_recorders
from bookable.payments.models import Payment, PaymentEvent, Refund
from bookable.signals import send_after_commit
from bookable.timeline import clock


def record(
    payment: Payment,
    kind: str,
    *,
    amount: int | None = None,
    refund: Refund | None = None,
    message: str = "",
    by: Any = None,
    data: Mapping[str, Any] | None = None,
    signal: Signal | None = None,
    fields: Iterable[str] = (),
) -> PaymentEvent:
    """One more event of a locked payment, which is saved with the fields that were set on it."""
    using = payment._state.db or "default"
    payment.last_seq += 1
    payment.save(using=using, update_fields=["last_seq", "modified", *fields])
    event = PaymentEvent(
        payment=payment,
        seq=payment.last_seq,
        at=clock.now(),
        kind=kind,
        amount=amount,
        refund=refund,
        message=message[:100],
        by_id=getattr(by, "pk", None),
        data=dict(data or {}),
    )
    event.save(using=using, force_insert=True)
    tell_payment_recorders(event)
    if signal is not None:
        sender, told = (Refund, {"refund": refund}) if refund else (Payment, {"payment": payment})
        send_after_commit(signal, sender, using=using, event=event, **told)
    return event
