from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models.fields import currency_field
from bookable.payments.models.order import Order


class SavedCard(TimeStampedModel):
    """A card that its owner agreed to have charged later, up to a limit, and how they agreed.

    The token is worth nothing without the gateway's key.
    """

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="cards"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookable_cards",
    )
    gateway = models.CharField(_("gateway"), max_length=50)
    token = models.CharField(_("token"), max_length=255, editable=False)
    brand = models.CharField(_("brand"), max_length=50, blank=True)
    last4 = models.CharField(_("last digits"), max_length=4, blank=True)
    expires = models.CharField(_("valid until"), max_length=7, blank=True)
    currency = currency_field()
    limit = models.BigIntegerField(_("limit"), help_text=_("The most that may be charged in all."))
    mandate = models.TextField(_("what was agreed to"))
    agreed_at = models.DateTimeField(_("agreed at"))
    forgotten_at = models.DateTimeField(_("forgotten at"), null=True, blank=True)

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("saved card")
        verbose_name_plural = _("saved cards")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "gateway", "token"], name="bookable_savedcard_once_an_order"
            ),
            models.CheckConstraint(
                name="bookable_savedcard_limit",
                condition=models.Q(limit__gte=1),
                violation_error_message=_("Nothing could be charged."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}".strip()
