from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models.fields import currency_field
from bookable.payments.models.order import Order
from bookable.payments.models.payment import Payment

_NOTHING = Decimal(0)


def _token() -> str:
    return str(uuid.uuid4())


def _amount(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=16, decimal_places=2, **options)


class ProviderPayment(TimeStampedModel):
    """What a provider of the package django-payments knows of one attempt to pay.

    It has the columns and methods that such a provider expects of a payment, and is the only place
    where its answers are kept. Who the customer is stands on the order alone.
    """

    reference = models.CharField(_("our key"), max_length=64, unique=True, editable=False)
    token = models.CharField(_("key"), max_length=36, default=_token, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=10, default="waiting")
    fraud_status = models.CharField(_("fraud check"), max_length=10, default="unknown")
    fraud_message = models.TextField(_("result of the fraud check"), blank=True)
    transaction_id = models.CharField(_("provider's key"), max_length=255, blank=True)
    message = models.TextField(_("message"), blank=True)
    extra_data = models.TextField(_("provider's data"), blank=True)
    currency = currency_field()
    total = _amount(_("amount"))
    captured_amount = _amount(_("taken"), default=_NOTHING)
    most_captured = _amount(_("most ever taken"), default=_NOTHING, editable=False)
    description = models.CharField(_("description"), max_length=200, blank=True)
    takes_at_once = models.BooleanField(_("taken at once"), default=True)
    url = models.TextField(_("address of its page"), blank=True, editable=False)
    success_url = models.TextField(_("where the customer returns"), editable=False)
    failure_url = models.TextField(_("where they give up"), editable=False)
    refunds = models.JSONField(_("refunds"), default=list, blank=True, editable=False)

    #: Of the columns that providers may read, those of which nothing is known here.
    variant = "bookable"
    delivery = tax = _NOTHING
    billing_last_name = billing_address_1 = billing_address_2 = billing_city = ""
    billing_postcode = billing_country_code = billing_country_area = billing_phone = ""
    customer_ip_address = None

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("payment of a provider")
        verbose_name_plural = _("payments of providers")

    def __str__(self) -> str:
        return f"{self.reference} ({self.status})"

    def save(self, *args: Any, **options: Any) -> None:
        """A provider saves all that it once read: not the refunds, which are noted under a lock."""
        if not self._state.adding and options.get("update_fields") is None:
            names = {field.name for field in self._meta.concrete_fields}
            options["update_fields"] = names - {"id", "refunds"}
        super().save(*args, **options)

    @property
    def attrs(self) -> Any:
        """What the provider keeps in `extra_data`, as attributes."""
        from payments.models import PaymentAttributeProxy

        return PaymentAttributeProxy(self)

    @property
    def billing_email(self) -> str:
        order = self._order()
        return order.email if order else ""

    @property
    def billing_first_name(self) -> str:
        order = self._order()
        return order.name if order else ""

    def change_status(self, status: str, message: str = "") -> None:
        from payments.signals import status_changed

        self.status, self.message = status, message
        self.save(update_fields=["status", "message", "modified"])
        status_changed.send(sender=type(self), instance=self)

    def change_fraud_status(self, status: str, message: str = "", commit: bool = True) -> None:
        self.fraud_status, self.fraud_message = status, message
        if commit:
            self.save()

    def get_purchased_items(self) -> Iterator[Any]:
        from payments import PurchasedItem

        yield PurchasedItem(
            name=self.description,
            quantity=1,
            price=self.total,
            currency=self.currency,
            sku=self.reference,
        )

    def get_process_url(self) -> str:
        return reverse("bookable:provider_payment", args=[self.token])

    def get_success_url(self) -> str:
        return self.success_url

    def get_failure_url(self) -> str:
        return self.failure_url

    def _order(self) -> Order | None:
        try:
            key = uuid.UUID(self.reference)
        except ValueError:
            return None
        rows = Payment.objects.using(self._state.db).select_related("order")
        payment = rows.filter(uuid=key).first()
        return payment.order if payment else None
