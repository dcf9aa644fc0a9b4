from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.money import Money
from bookable.payments.models.payment import Payment
from bookable.payments.models.refund import Refund


class PaymentEvent(models.Model):
    """One thing that happened to a payment. Added, never changed.

    `data` holds field names, keys and amounts, never personal data.
    """

    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,
    )
    seq = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=50)
    amount = models.BigIntegerField(_("amount"), null=True, blank=True)
    refund = models.ForeignKey(
        Refund,
        verbose_name=_("refund"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    message = models.CharField(
        _("message"), max_length=100, blank=True, help_text=_("The gateway's message about it.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    data = models.JSONField(_("data"), default=dict, blank=True)

    class Meta:
        ordering = ["payment", "seq"]
        verbose_name = _("event of a payment")
        verbose_name_plural = _("events of payments")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "seq"], name="bookable_paymentevent_in_sequence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.kind}"

    @property
    def money(self) -> Money | None:
        return None if self.amount is None else Money(self.amount, self.payment.currency)
