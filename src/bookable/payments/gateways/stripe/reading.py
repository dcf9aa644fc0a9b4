"""What Stripe's objects say, as our own answers. They are read as plain dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bookable.errors import InvalidAmount
from bookable.money import Money
from bookable.payments.gateways.answers import (
    Card,
    Dispute,
    DisputeState,
    Failure,
    PaymentSnapshot,
    RefundSnapshot,
)
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.gateways.stripe.amounts import from_stripe
from bookable.payments.states import PaymentState, RefundState

#: Under this name the key of one of our refunds is kept in its metadata.
REFUND_KEY = "bookable_refund"

_INTENTS = {
    "requires_confirmation": PaymentState.PENDING,
    "requires_action": PaymentState.ACTION_REQUIRED,
    "processing": PaymentState.PENDING,
    "requires_capture": PaymentState.AUTHORIZED,
    "canceled": PaymentState.CANCELLED,
    "succeeded": PaymentState.CAPTURED,
}
_REFUNDS = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.NEEDS_ATTENTION,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELLED,
}

Thing = Mapping[str, Any]


def payment_of_session(
    ref: PaymentRef, session: Thing, disputes: Iterable[Thing] = ()
) -> PaymentSnapshot:
    """A checkout, with the payment behind it if the customer came as far as that.

    Where only a card is kept, nothing is captured in the end, and the card is there.
    """
    intent = session.get("payment_intent")
    is_over = session.get("status") == "expired"
    if isinstance(intent, Mapping) and not is_over:
        return payment_of_intent(ref, intent, disputes)
    zero, card = Money.zero(ref.currency), card_of_setup(session.get("setup_intent"))
    state = PaymentState.EXPIRED if is_over else PaymentState.PENDING
    if card is not None:
        state = PaymentState.CAPTURED
    return PaymentSnapshot(
        ref=ref,
        state=state,
        authorized=zero,
        captured=zero,
        refunded=zero,
        asked=_asked(session.get("amount_total"), session.get("currency")),
        card=card,
        is_live=session.get("livemode"),
    )


def payment_of_intent(
    ref: PaymentRef, intent: Thing, disputes: Iterable[Thing] = ()
) -> PaymentSnapshot:
    """A payment with the last charge that was tried for it."""
    currency = str(intent["currency"]).upper()
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, Mapping) else {}
    received = from_stripe(intent.get("amount_received") or 0, currency)
    capturable = from_stripe(intent.get("amount_capturable") or 0, currency)
    return PaymentSnapshot(
        ref=replace(ref, currency=currency, external=str(intent["id"])),
        state=_state(intent),
        authorized=received + capturable,
        captured=received,
        refunded=from_stripe(_given_back(charge), currency),
        asked=_asked(intent.get("amount"), currency),
        fee=_fee(charge, currency),
        capture_before=_moment(_card_details(charge).get("capture_before")),
        action_url=_action_url(intent),
        card=_card(intent, charge),
        failure=_failure(intent),
        disputes=tuple(_dispute(one) for one in disputes),
        is_live=intent.get("livemode"),
    )


def refund_of(refund: Thing) -> RefundSnapshot:
    metadata = refund.get("metadata") or {}
    return RefundSnapshot(
        external=str(refund["id"]),
        money=from_stripe(refund["amount"], refund["currency"]),
        state=_REFUNDS.get(str(refund.get("status")), RefundState.PENDING),
        key=str(metadata.get(REFUND_KEY) or ""),
        failure=str(refund.get("failure_reason") or ""),
    )


def card_of_setup(setup: object) -> Card | None:
    """The card that was kept without a payment."""
    if not isinstance(setup, Mapping):
        return None
    method = setup.get("payment_method")
    customer = setup.get("customer")
    if setup.get("status") != "succeeded" or not method or not customer:
        return None
    details = method.get("card") or {} if isinstance(method, Mapping) else {}
    name = method["id"] if isinstance(method, Mapping) else method
    return _as_card(f"{customer}/{name}", details)


def _state(intent: Thing) -> PaymentState:
    status = str(intent.get("status"))
    if status == "requires_payment_method":
        # the attempt failed; the payment lives as long as its checkout
        return PaymentState.FAILED if intent.get("last_payment_error") else PaymentState.PENDING
    return _INTENTS.get(status, PaymentState.PENDING)


def _asked(amount: int | None, currency: str | None) -> Money | None:
    return from_stripe(amount, currency) if amount is not None and currency else None


def _fee(charge: Thing, currency: str) -> Money | None:
    transaction = charge.get("balance_transaction")
    if not isinstance(transaction, Mapping):
        return None
    if str(transaction.get("currency")).upper() != currency:
        return None  # it is settled in another currency, in which we don't count
    try:
        return from_stripe(transaction["fee"], currency)
    except InvalidAmount:
        return None  # a share of what is counted in whole only; nothing hangs on it


def _given_back(charge: Thing) -> int:
    """Without what was only set aside and let go, which Stripe counts in."""
    let_go = (charge.get("amount") or 0) - (charge.get("amount_captured") or 0)
    return max(0, (charge.get("amount_refunded") or 0) - let_go)


def _card_details(charge: Thing) -> Thing:
    return (charge.get("payment_method_details") or {}).get("card") or {}


def _card(intent: Thing, charge: Thing) -> Card | None:
    customer, method = intent.get("customer"), charge.get("payment_method")
    if not (customer and method and intent.get("setup_future_usage")):
        return None
    return _as_card(f"{customer}/{method}", _card_details(charge))


def _as_card(token: str, details: Thing) -> Card:
    year, month = details.get("exp_year"), details.get("exp_month")
    return Card(
        token=token,
        brand=str(details.get("brand") or ""),
        last4=str(details.get("last4") or ""),
        expires=f"{year:04}-{month:02}" if year and month else "",
    )


def _failure(intent: Thing) -> Failure | None:
    error = intent.get("last_payment_error")
    if not isinstance(error, Mapping):
        return None
    return Failure(code=str(error.get("decline_code") or error.get("code") or "failed"))


def _action_url(intent: Thing) -> str:
    action = intent.get("next_action") or {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")


def _dispute(dispute: Thing) -> Dispute:
    status = str(dispute.get("status"))
    state = {"won": DisputeState.WON, "lost": DisputeState.LOST}.get(status, DisputeState.OPEN)
    return Dispute(
        external=str(dispute["id"]),
        money=from_stripe(dispute["amount"], dispute["currency"]),
        state=state,
        reason=str(dispute.get("reason") or ""),
    )


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
