"""The states of payments and refunds, and which of them can follow which."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentState(models.TextChoices):
    """Where one attempt to pay stands. What was given back is a sum, not a state."""

    CREATED = "created", _("created")
    PENDING = "pending", _("pending")
    ACTION_REQUIRED = "action_required", _("waits for the customer")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    AUTHORIZED = "authorized", _("authorized")
    CAPTURED = "captured", _("captured")
    REVIEW = "review", _("to be looked at")


class RefundState(models.TextChoices):
    """Where one attempt to give money back stands."""

    CREATED = "created", _("created")
    SUBMITTING = "submitting", _("being sent")
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    NEEDS_ATTENTION = "needs_attention", _("needs attention")


class Purpose(models.TextChoices):
    """What a payment is for."""

    FULL = "full", _("Everything")
    DEPOSIT = "deposit", _("Deposit")
    BALANCE = "balance", _("Balance")
    FEE = "fee", _("Fee")
    CARD = "card", _("Keeping a card")


class RefundSource(models.TextChoices):
    """Who had money given back."""

    STAFF = "staff", _("Staff")
    SETTLEMENT = "settlement", _("Nothing is owed for it")
    EXTERNAL = "external", _("At the gateway itself")


#: An attempt in one of these may still be paid.
OPEN_PAYMENTS = (
    PaymentState.CREATED,
    PaymentState.PENDING,
    PaymentState.ACTION_REQUIRED,
    PaymentState.FAILED,
)
#: A refund in one of these gives nothing back.
LOST_REFUNDS = (RefundState.FAILED, RefundState.CANCELLED)
#: A refund in one of these was not answered yet.
OPEN_REFUNDS = (
    RefundState.CREATED,
    RefundState.SUBMITTING,
    RefundState.PENDING,
    RefundState.NEEDS_ATTENTION,
)

_PAYMENT_RANKS = {
    state: rank
    for rank, state in enumerate(
        (
            PaymentState.CREATED,
            PaymentState.PENDING,
            PaymentState.ACTION_REQUIRED,
            PaymentState.FAILED,
            PaymentState.EXPIRED,
            PaymentState.CANCELLED,
            PaymentState.AUTHORIZED,
            PaymentState.CAPTURED,
        )
    )
}
_REFUND_RANKS = {
    RefundState.CREATED: 0,
    RefundState.SUBMITTING: 1,
    RefundState.PENDING: 2,
    RefundState.NEEDS_ATTENTION: 2,
    RefundState.SUCCEEDED: 3,
    RefundState.FAILED: 4,
    RefundState.CANCELLED: 4,
}


def later_payment(known: str, told: PaymentState) -> PaymentState:
    """The state that is further on: what is told late never takes anything back.

    Only a person leads out of a review. Money that was set aside and let go is gone.
    """
    before = PaymentState(known)
    if before == PaymentState.REVIEW:
        return before
    if before == PaymentState.AUTHORIZED and told in (PaymentState.CANCELLED, PaymentState.EXPIRED):
        return told
    return max(before, told, key=_PAYMENT_RANKS.__getitem__)


def later_refund(known: str, told: RefundState) -> RefundState:
    """The same for a refund, which may still fail after it succeeded."""
    before = RefundState(known)
    return told if _REFUND_RANKS[told] >= _REFUND_RANKS[before] else before
