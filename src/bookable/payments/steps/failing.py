"""Ends an attempt that came to nothing."""

from __future__ import annotations

from bookable.payments.models import Payment, PaymentState
from bookable.payments.states import later_payment
from bookable.payments.steps.record import record


def fail(payment: Payment, why: str) -> None:
    """Nobody can pay by a locked attempt any more, and why."""
    payment.state = later_payment(payment.state, PaymentState.FAILED)
    payment.open_key, payment.failure = None, why[:100]
    fields = ["state", "open_key", "failure"]
    record(payment, PaymentState.FAILED, data={"failure": payment.failure}, fields=fields)
