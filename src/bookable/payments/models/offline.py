from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models.fields import currency_field
from bookable.money import Money
from bookable.payments.states import PaymentState
from bookable.timeline import clock


class OfflineEntry(models.Model):
    """One payment in the books of the offline gateway: what was promised, what came.

    It stands where another gateway has its company. Written by that gateway only.
    """

    uuid = models.UUIDField(_("key of its page"), default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("our key"), max_length=100, unique=True, editable=False)
    currency = currency_field()
    amount = models.BigIntegerField(_("amount"), help_text=_("What is asked for."))
    takes_at_once = models.BooleanField(
        _("taken at once"), default=True, help_text=_("If not, money is only set aside.")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=PaymentState.choices, default=PaymentState.PENDING
    )
    authorized = models.BigIntegerField(_("set aside"), default=0)
    captured = models.BigIntegerField(_("taken"), default=0)
    created = models.DateTimeField(_("created"))
    expires = models.DateTimeField(_("page ends at"))

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("entry of an offline payment")
        verbose_name_plural = _("entries of offline payments")
        constraints = [
            models.CheckConstraint(
                name="bookable_offlineentry_amount",
                condition=Q(amount__gte=1),
                violation_error_message=_("Nobody pays less than nothing."),
            ),
            models.CheckConstraint(
                name="bookable_offlineentry_authorized",
                condition=Q(authorized__gte=0)
                & (~Q(state=PaymentState.AUTHORIZED) | Q(authorized__gte=1)),
                violation_error_message=_("Nothing is set aside."),
            ),
            models.CheckConstraint(
                name="bookable_offlineentry_captured",
                condition=Q(state=PaymentState.CAPTURED, captured__gte=1)
                & Q(captured__lte=F("authorized"))
                | ~Q(state=PaymentState.CAPTURED) & Q(captured=0),
                violation_error_message=_("What was taken is in the books, and nothing else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"

    @property
    def money(self) -> Money:
        """What is asked for."""
        return Money(self.amount, self.currency)

    @property
    def code(self) -> str:
        """What the customer writes on a transfer: the beginning of our key."""
        return self.reference.replace("-", "")[:10].upper()

    @property
    def is_open(self) -> bool:
        """Whether its page still takes the payment."""
        waits = self.state in (PaymentState.PENDING, PaymentState.FAILED)
        return waits and self.expires > clock.now()

    @property
    def refunded(self) -> int:
        """What was given back of it."""
        rows = OfflineRefund.objects.using(self._state.db).filter(entry=self).order_by()
        return int(rows.aggregate(found=models.Sum("amount"))["found"] or 0)


class OfflineRefund(models.Model):
    """Money of such a payment that was given back. Added, never changed."""

    entry = models.ForeignKey(
        OfflineEntry, verbose_name=_("entry"), on_delete=models.PROTECT, related_name="refunds"
    )
    key = models.CharField(_("our key"), max_length=100, unique=True, editable=False)
    amount = models.BigIntegerField(_("amount"))
    created = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("refund of an offline payment")
        verbose_name_plural = _("refunds of offline payments")
        constraints = [
            models.CheckConstraint(
                name="bookable_offlinerefund_amount",
                condition=Q(amount__gte=1),
                violation_error_message=_("Give something back, not nothing."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.money)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.entry.currency)
