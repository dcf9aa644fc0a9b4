"""Keeps a card that its owner agreed to have charged later."""

from __future__ import annotations

from datetime import datetime

from bookable.payments.gateways.answers import Card
from bookable.payments.models import Payment, PaymentState, SavedCard
from bookable.payments.steps.record import record


def keep_card(payment: Payment, card: Card | None) -> None:
    """The card of a payment that was made, if its owner agreed and the gateway can charge it."""
    consent = payment.consent
    is_paid = payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORIZED)
    if not (consent and is_paid and card is not None and card.is_reusable):
        return
    kept, is_new = SavedCard.objects.using(payment._state.db).get_or_create(
        order_id=payment.order_id,
        gateway=payment.gateway,
        token=card.token,
        defaults={
            "user_id": payment.order.user_id,
            "brand": card.brand[:50],
            "last4": card.last4[-4:],
            "expires": card.expires[:7],
            "currency": payment.currency,
            "limit": consent["limit"],
            "mandate": consent["mandate"],
            "agreed_at": datetime.fromisoformat(consent["agreed_at"]),
        },
    )
    if is_new:
        record(payment, "card_kept", data={"card": str(kept.uuid)})
