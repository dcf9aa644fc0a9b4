from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models.fields import currency_field
from bookable.money import Money
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.models.card import SavedCard
from bookable.payments.models.order import Order
from bookable.payments.querysets import PaymentQuerySet
from bookable.payments.states import OPEN_PAYMENTS, PaymentState, Purpose

if TYPE_CHECKING:
    from bookable.payments.models.refund import Refund


class Payment(TimeStampedModel):
    """One attempt to pay, kept before the gateway is asked. Written by the verbs only.

    Its key is the name by which the gateway knows it and under which everything is asked once.
    Amounts are in the currency's smallest unit.
    """

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="payments"
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    gateway = models.CharField(_("gateway"), max_length=50)
    currency = currency_field()
    amount = models.BigIntegerField(_("amount"), help_text=_("What is asked for."))
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=PaymentState.choices,
        default=PaymentState.CREATED,
        db_index=True,
    )
    authorized = models.BigIntegerField(_("set aside"), default=0)
    captured = models.BigIntegerField(_("taken"), default=0)
    refunded = models.BigIntegerField(_("given back"), default=0)
    disputed = models.BigIntegerField(
        _("disputed"), default=0, help_text=_("What the customer's bank takes back, or tries to.")
    )
    surcharge = models.BigIntegerField(
        _("fees on top"), default=0, help_text=_("What the gateway took from the customer besides.")
    )
    fee = models.BigIntegerField(_("gateway's fee"), null=True, blank=True)
    takes_at_once = models.BooleanField(
        _("taken at once"), default=True, help_text=_("If not, money is only set aside.")
    )
    capture_before = models.DateTimeField(_("to be taken before"), null=True, blank=True)

    external = models.CharField(_("gateway's key"), max_length=255, blank=True, editable=False)
    checkout = models.CharField(_("key of its page"), max_length=255, blank=True, editable=False)
    url = models.TextField(_("address of its page"), blank=True, editable=False)
    return_url = models.TextField(_("where the customer returns"), blank=True, editable=False)
    cancel_url = models.TextField(_("where they give up"), blank=True, editable=False)
    closes_at = models.DateTimeField(
        _("closes at"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("When nobody is waited for any longer."),
    )
    expires_at = models.DateTimeField(
        _("page ends at"), null=True, blank=True, help_text=_("When the gateway closes its page.")
    )
    open_key = models.CharField(
        _("open for"), max_length=50, null=True, blank=True, unique=True, editable=False
    )
    card = models.ForeignKey(
        SavedCard,
        verbose_name=_("card"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
    )
    consent = models.JSONField(
        _("consent"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("What was agreed to about keeping the card."),
    )
    failure = models.CharField(_("failure"), max_length=100, blank=True)
    checked_at = models.DateTimeField(_("last asked about"), null=True, blank=True)
    last_seq = models.PositiveIntegerField(_("events so far"), default=0, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        permissions = [
            ("refund_payment", _("Can give money back")),
            ("capture_payment", _("Can take or let go money that was set aside")),
            ("accept_payment", _("Can accept payments that need a look")),
        ]
        constraints = [
            models.CheckConstraint(
                name="bookable_payment_amount",
                condition=Q(amount__gte=0),
                violation_error_message=_("Nobody pays less than nothing."),
            ),
            models.CheckConstraint(
                name="bookable_payment_refunded",
                condition=Q(refunded__gte=0, refunded__lte=F("captured")),
                violation_error_message=_("No more can be given back than was taken."),
            ),
            models.CheckConstraint(
                name="bookable_payment_surcharge",
                condition=Q(surcharge__gte=0, surcharge__lte=F("captured")),
                violation_error_message=_("Fees on top are a part of what was taken."),
            ),
            models.CheckConstraint(
                name="bookable_payment_open",
                condition=Q(open_key=None) | Q(state__in=OPEN_PAYMENTS),
                violation_error_message=_("A payment that is over is open no more."),
            ),
        ]
        indexes = [
            models.Index(fields=["gateway", "external"], name="bookable_payment_external"),
            models.Index(fields=["gateway", "checkout"], name="bookable_payment_checkout"),
        ]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"

    @property
    def reference(self) -> str:
        """Our name for it, which the gateway repeats."""
        return str(self.uuid)

    @property
    def ref(self) -> PaymentRef:
        return PaymentRef(
            reference=self.reference,
            currency=self.currency,
            external=self.external,
            checkout=self.checkout,
        )

    @property
    def money(self) -> Money:
        """What is asked for."""
        return Money(self.amount, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it may still be paid."""
        return self.open_key is not None

    @property
    def set_aside(self) -> Money:
        """What could be taken and was not taken yet."""
        waits = self.state == PaymentState.AUTHORIZED
        return Money(self.authorized - self.captured if waits else 0, self.currency)

    @property
    def refundable(self) -> Money:
        """What was taken, without what was given back or is on its way, or is disputed."""
        rest = self.captured - self.reserved - self.disputed
        return Money(max(0, rest), self.currency)

    @property
    def reserved(self) -> int:
        """What was given back, or is going to be."""
        return self.refunds.using(self._state.db).reserved()

    def refund(self, amount: Money | None = None, **options: Any) -> Refund | None:
        """Gives all that is left of it back, or a part. See `refund()`."""
        from bookable.payments.refund import refund

        return refund(self, amount, **options)

    def refresh(self, **options: Any) -> Payment:
        """Asks the gateway how it stands with it. See `refresh()`."""
        from bookable.payments.refresh import refresh

        return refresh(self, **options)
