from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models.fields import currency_field
from bookable.money import Money
from bookable.payments.models.contact import Contact
from bookable.payments.querysets import OrderQuerySet

if TYPE_CHECKING:
    from bookable.payments.pay import Checkout


class LineKind(models.TextChoices):
    SERVICE = "service", _("Service")
    EXTRA = "extra", _("Extra")
    SURCHARGE = "surcharge", _("Surcharge")
    DISCOUNT = "discount", _("Discount")
    FEE = "fee", _("Fee")
    SEAT_FEE = "seat_fee", _("Fee for seats given back")
    REVERSAL = "reversal", _("Reversal")
    ADJUSTMENT = "adjustment", _("Adjustment")
    TAX = "tax", _("Tax")


#: What a line adds to a total. MariaDB would take a product with an unsigned number for one.
LINE_AMOUNT = Cast("quantity", models.BigIntegerField()) * F("unit_amount")


class Order(Contact, TimeStampedModel):
    """What one customer owes and for what. It is also the unit in which bookings are held."""

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    currency = currency_field()
    settle_at = models.DateTimeField(
        _("to be settled at"),
        null=True,
        blank=True,
        db_index=True,
        editable=False,
        help_text=_("Money came or went, and nobody has acted on it yet."),
    )
    settle_tries = models.PositiveIntegerField(_("tries to settle"), default=0, editable=False)
    balance_due_at = models.DateTimeField(
        _("rest due at"),
        null=True,
        blank=True,
        db_index=True,
        editable=False,
        help_text=_("Until when all of it is to be paid. Empty: it is paid on the spot."),
    )
    ends_unpaid = models.BooleanField(
        _("cancelled if the rest is not paid"), default=False, editable=False
    )
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(
        _("settled at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when nothing is left to pay or to give back."),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def total(self) -> Money:
        """What is owed in all."""
        return self._sum(LINE_AMOUNT)

    @property
    def tax(self) -> Money:
        """How much of the total is tax."""
        return self._sum(F("tax"))

    @property
    def due_first(self) -> Money:
        """What is to be paid before the bookings are confirmed, whether it was or not."""
        return self._sum(F("due_now"))

    @property
    def due_now(self) -> Money:
        """What of that is still to be paid."""
        return max(Money.zero(self.currency), self.due_first - self.paid)

    @property
    def paid(self) -> Money:
        """What was paid and is not given back, nor on its way to be."""
        from bookable.payments.sums import paid

        return paid(self)

    @property
    def balance(self) -> Money:
        """What is left to pay; less than zero is to be given back."""
        return self.total - self.paid

    @property
    def gateways(self) -> list[str]:
        """The aliases of the gateways among which the customer chooses."""
        from bookable.payments.choosing import gateways_of

        return gateways_of(self)

    def pay(self, gateway: str | None = None, **options: Any) -> Checkout:
        """Begins to pay it: what is due now, or else all that is left. See `pay()`."""
        from bookable.payments.pay import pay

        return pay(self, gateway, **options)

    def _sum(self, amount: models.Expression | F) -> Money:
        field = models.BigIntegerField()
        summed = Coalesce(Sum(amount, output_field=field), 0, output_field=field)
        found: int = self.lines.using(self._state.db).aggregate(found=summed)["found"]
        return Money(found, self.currency)


class OrderLine(models.Model):
    """One thing that is owed or taken back. Lines are added, never changed.

    `owner` names who put it there, "booking" for instance, and only they understand `reference`.
    """

    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="lines"
    )
    created = models.DateTimeField(_("created"))
    owner = models.CharField(_("owner"), max_length=50)
    reference = models.CharField(_("reference"), max_length=100, db_index=True)
    kind = models.CharField(
        _("kind"), max_length=50, help_text=_("A line kind, or a word of the site's pricing.")
    )
    label = models.CharField(_("label"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_amount = models.BigIntegerField(
        _("amount of one"), help_text=_("In the currency's smallest unit; less than zero reduces.")
    )
    due_now = models.BigIntegerField(
        _("due now"), default=0, help_text=_("How much of it is to be paid to confirm.")
    )
    tax_percent = models.DecimalField(
        _("tax in per cent"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    tax = models.BigIntegerField(
        _("tax in it"), default=0, help_text=_("How much of the amount is tax.")
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("line that this one corrects"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.CheckConstraint(
                name="bookable_orderline_quantity",
                condition=Q(quantity__gte=1),
                violation_error_message=_("At least one must be on a line."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"

    @property
    def amount(self) -> Money:
        """What the line adds to the order's total."""
        return Money(self.quantity * self.unit_amount, self.order.currency)
