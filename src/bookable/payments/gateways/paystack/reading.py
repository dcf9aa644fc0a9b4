"""What Paystack's answers say, as our own. Few fields are read, and null is met everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bookable.money import Money
from bookable.payments.gateways.answers import (
    Card,
    Dispute,
    DisputeState,
    Failure,
    PaymentSnapshot,
    RefundSnapshot,
)
from bookable.payments.gateways.paystack.amounts import from_paystack
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.states import PaymentState, RefundState

#: How the key of one of our refunds is written into its note.
NOTE = "bookable refund "

_PAYMENTS = {
    "success": PaymentState.CAPTURED,
    "reversed": PaymentState.CAPTURED,  # all of it was given back; that is a refund
    "failed": PaymentState.FAILED,
    "abandoned": PaymentState.PENDING,  # nobody came yet, and anybody still may
    "ongoing": PaymentState.PENDING,
    "pending": PaymentState.PENDING,
    "processing": PaymentState.PENDING,
    "queued": PaymentState.PENDING,
}
_REFUNDS = {
    "pending": RefundState.PENDING,
    "processing": RefundState.PENDING,
    "processed": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "needs-attention": RefundState.NEEDS_ATTENTION,
}
_GIVEN_BACK = {RefundState.PENDING, RefundState.SUCCEEDED, RefundState.NEEDS_ATTENTION}

Thing = Mapping[str, Any]


def payment_of(
    ref: PaymentRef,
    transaction: Thing,
    refunds: Iterable[RefundSnapshot] = (),
    disputes: Iterable[Dispute] = (),
) -> PaymentSnapshot:
    """A transaction as it was verified."""
    currency = str(transaction.get("currency") or ref.currency)
    state = _PAYMENTS.get(str(transaction.get("status")), PaymentState.PENDING)
    zero = Money.zero(currency)
    paid = from_paystack(transaction.get("amount"), currency)
    taken = paid if state == PaymentState.CAPTURED else zero
    given_back = sum((one.money for one in refunds if one.state in _GIVEN_BACK), zero)
    if transaction.get("status") == "reversed":
        given_back = taken
    fees = transaction.get("fees")
    return PaymentSnapshot(
        ref=PaymentRef(
            reference=ref.reference, currency=currency, external=str(transaction.get("id") or "")
        ),
        state=state,
        authorized=taken,
        captured=taken,
        refunded=given_back,
        asked=from_paystack(transaction.get("requested_amount"), currency) or paid,
        fee=None if fees is None else from_paystack(fees, currency),
        card=_card(transaction),
        failure=_failure(transaction, state),
        disputes=tuple(disputes),
        is_live=transaction.get("domain") == "live" if transaction.get("domain") else None,
    )


def refund_of(refund: Thing, currency: str) -> RefundSnapshot:
    note = str(refund.get("merchant_note") or "")
    return RefundSnapshot(
        external=str(refund["id"]),
        money=from_paystack(refund.get("amount"), str(refund.get("currency") or currency)),
        state=_REFUNDS.get(str(refund.get("status")), RefundState.PENDING),
        key=note.removeprefix(NOTE) if note.startswith(NOTE) else "",
    )


def dispute_of(dispute: Thing, currency: str) -> Dispute:
    resolution = str(dispute.get("resolution") or "")
    state = DisputeState.OPEN
    if dispute.get("status") == "resolved" or resolution:
        state = DisputeState.WON if resolution == "declined" else DisputeState.LOST
    return Dispute(
        external=str(dispute["id"]),
        money=from_paystack(
            dispute.get("refund_amount") or 0, str(dispute.get("currency") or currency)
        ),
        state=state,
        reason=str(dispute.get("category") or ""),
    )


def _card(transaction: Thing) -> Card | None:
    card = transaction.get("authorization") or {}
    if not card.get("authorization_code"):
        return None
    year, month = card.get("exp_year"), card.get("exp_month")
    return Card(
        token=str(card["authorization_code"]),
        brand=str(card.get("brand") or "").strip(),
        last4=str(card.get("last4") or ""),
        expires=f"{year}-{int(month):02}" if year and month else "",
        is_reusable=bool(card.get("reusable")),
    )


def _failure(transaction: Thing, state: PaymentState) -> Failure | None:
    if state != PaymentState.FAILED:
        return None
    return Failure(code=str(transaction.get("gateway_response") or "failed")[:100])
