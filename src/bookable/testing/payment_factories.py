"""Makes payments and what hangs on them, as rows, whatever the rules would say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import count
from typing import Any

from bookable.payments.models import (
    Order,
    Payment,
    PaymentEvent,
    PaymentState,
    Purpose,
    Refund,
    RefundState,
    SavedCard,
    WebhookEvent,
)
from bookable.payments.states import OPEN_PAYMENTS
from bookable.payments.steps.refunds import count_refunded
from bookable.testing.booking_factories import make_order
from bookable.timeline import clock

_numbers = count(1)

#: The events by which a payment comes to its state.
_PATHS: dict[str, Sequence[str]] = {
    PaymentState.CREATED: ["created"],
    PaymentState.PENDING: ["created", "pending"],
}


def make_payment(
    order: Order | None = None,
    amount: int = 1000,
    *,
    state: str = PaymentState.CAPTURED,
    **fields: Any,
) -> Payment:
    """An attempt to pay with a history that leads to its state; in full, if it was taken."""
    mine = order or make_order()
    is_taken = state in (PaymentState.CAPTURED, PaymentState.REVIEW)
    is_open = state in OPEN_PAYMENTS
    defaults = {
        "purpose": Purpose.FULL,
        "gateway": "card",
        "currency": mine.currency,
        "authorized": amount if is_taken or state == PaymentState.AUTHORIZED else 0,
        "captured": amount if is_taken else 0,
        "external": "" if is_open else f"external-{next(_numbers)}",
        "open_key": f"order:{mine.pk}" if is_open else None,
        "created": clock.now(),
    }
    payment = Payment.objects.create(
        order=mine, amount=amount, state=state, **{**defaults, **fields}
    )
    for kind in _PATHS.get(state, ["created", "pending", state]):
        make_payment_event(payment, kind, amount=amount)
    return payment


def make_payment_event(payment: Payment, kind: str = "pending", **fields: Any) -> PaymentEvent:
    """The next event; the payment stays as it is."""
    payment.last_seq += 1
    payment.save(update_fields=["last_seq"])
    defaults = {"seq": payment.last_seq, "at": clock.now()}
    return PaymentEvent.objects.create(payment=payment, kind=kind, **{**defaults, **fields})


def make_refund(
    payment: Payment | None = None,
    amount: int = 100,
    *,
    state: str = RefundState.SUCCEEDED,
    **fields: Any,
) -> Refund:
    """Money that is given back, or was to be, with its events; the payment counts it if it was."""
    mine = payment or make_payment()
    if state != RefundState.CREATED:
        fields = {"external": f"refund-{next(_numbers)}", **fields}
    refund = Refund.objects.create(payment=mine, amount=amount, state=state, **fields)
    make_payment_event(mine, "refund_created", amount=amount, refund=refund)
    if state not in (RefundState.CREATED, RefundState.SUBMITTING):
        make_payment_event(mine, f"refund_{state}", amount=amount, refund=refund)
    count_refunded(mine)
    mine.save(update_fields=["refunded"])
    return refund


def make_saved_card(order: Order | None = None, **fields: Any) -> SavedCard:
    """A card that its owner agreed to have charged."""
    mine = order or make_order()
    defaults = {
        "gateway": "card",
        "token": f"token-{next(_numbers)}",
        "brand": "Visa",
        "last4": "4242",
        "expires": "2040-12",
        "currency": mine.currency,
        "limit": 5000,
        "mandate": "Charge me if I don't come.",
        "agreed_at": clock.now(),
    }
    return SavedCard.objects.create(order=mine, **{**defaults, **fields})


def make_webhook_event(payment: Payment | None = None, **fields: Any) -> WebhookEvent:
    """A gateway's message, about a payment if one is given, that nobody has acted on."""
    event_id = f"event-{next(_numbers)}"
    body = json.dumps({"id": event_id, "type": "payment.done"})
    defaults = {
        "gateway": payment.gateway if payment else "card",
        "event_id": event_id,
        "type": "payment.done",
        "body": body,
        "headers": {"content-type": "application/json"},
        "digest": hashlib.sha256(body.encode()).hexdigest(),
        "references": [payment.reference] if payment else [],
        "received_at": clock.now(),
    }
    return WebhookEvent.objects.create(**{**defaults, **fields})
