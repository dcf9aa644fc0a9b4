from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.money import Money
from bookable.payments.gateways.questions import RefundRef
from bookable.payments.models.payment import Payment
from bookable.payments.querysets import RefundQuerySet
from bookable.payments.states import RefundSource, RefundState


class Refund(TimeStampedModel):
    """One attempt to give money back, kept before the gateway is asked. Written by the verbs only.

    Its key makes it happen once, however often it is asked for.
    """

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="refunds"
    )
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(
        _("state"), max_length=20, choices=RefundState.choices, default=RefundState.CREATED
    )
    source = models.CharField(
        _("source"), max_length=20, choices=RefundSource.choices, default=RefundSource.STAFF
    )
    reason = models.CharField(_("reason"), max_length=50, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    external = models.CharField(  # noqa: DJ001 - unique as soon as it is known
        _("gateway's key"), max_length=255, null=True, blank=True, editable=False
    )
    failure = models.CharField(_("failure"), max_length=100, blank=True)
    attempts = models.PositiveIntegerField(_("times asked for"), default=0, editable=False)
    next_at = models.DateTimeField(
        _("asked for again at"), null=True, blank=True, db_index=True, editable=False
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "external"], name="bookable_refund_external_once"
            ),
            models.CheckConstraint(
                name="bookable_refund_amount",
                condition=Q(amount__gte=1),
                violation_error_message=_("Give something back, not nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.payment.currency)

    @property
    def ref(self) -> RefundRef:
        return RefundRef(
            key=str(self.uuid),
            payment=self.payment.ref,
            money=self.money,
            external=self.external or "",
        )
