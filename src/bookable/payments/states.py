"""The states of payments and refunds."""

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
