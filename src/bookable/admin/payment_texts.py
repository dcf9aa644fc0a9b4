from __future__ import annotations

from bookable.money import Money
from bookable.payments.models import Payment, PaymentState

_WAITING = (PaymentState.AUTHORIZED, PaymentState.REVIEW)


def waiting_money(payment: Payment) -> Money:
    """What was set aside and neither taken nor let go, though somebody may have to look first."""
    rest = payment.authorized - payment.captured if payment.state in _WAITING else 0
    return Money(max(0, rest), payment.currency)
