"""Keeps a card that its owner agreed to have charged later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bookable.payments.gateways.answers import Card
from bookable.payments.models import Payment, PaymentState, SavedCard
from bookable.payments.steps.record import record


def keep_card(payment: Payment, card: Card | None) -> None:
    """The card of a payment that was made, if its owner agreed and the gateway can charge it."""
    consent = payment.consent
    is_paid = payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORIZED)
    if not (consent and consent["limit"] > 0 and is_paid):
        return
    if card is None or not (card.is_reusable and card.token):
        return
    agreed_at = datetime.fromisoformat(consent["agreed_at"])
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
            "agreed_at": agreed_at,
        },
    )
    if not is_new and kept.agreed_at < agreed_at:
        _agree_again(kept, consent, agreed_at)
    if is_new:
        record(payment, "card_kept", data={"card": str(kept.uuid)})


def _agree_again(kept: SavedCard, consent: Mapping[str, Any], agreed_at: datetime) -> None:
    """What its owner said last about a card is what counts, even if it was to be forgotten."""
    kept.limit, kept.mandate, kept.agreed_at = consent["limit"], consent["mandate"], agreed_at
    if kept.forgotten_at is not None and kept.forgotten_at < agreed_at:
        kept.forgotten_at = None
    kept.save(
        using=kept._state.db,
        update_fields=["limit", "mandate", "agreed_at", "forgotten_at", "modified"],
    )
