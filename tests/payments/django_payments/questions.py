"""What the gateway is asked, without a site around it."""

from __future__ import annotations

import uuid
from typing import Any

from tests.payments.django_payments.customers import DONE, GIVEN_UP
from tests.payments.django_payments.providers import filled_in

from bookable.models import ProviderPayment
from bookable.money import Money
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway
from bookable.payments.gateways.questions import CheckoutRequest, PaymentRef, RefundRequest
from bookable.timeline import clock


def request(**more: Any) -> CheckoutRequest:
    key = uuid.uuid4().hex
    asked = {
        "key": key,
        "reference": key,
        "money": Money(3500, "EUR"),
        "email": "cleo@example.com",
        "description": "Haircut",
        "return_url": DONE,
        "cancel_url": GIVEN_UP,
        "expires_at": clock.now(),
    }
    return CheckoutRequest(**{**asked, **more})


def with_status(gateway: DjangoPaymentsGateway, status: str, **asked: Any) -> PaymentRef:
    """A payment of which the provider has said that much."""
    checkout = gateway.start_checkout(request(**asked))
    row = ProviderPayment.objects.get(token=checkout.ref.checkout)
    gateway.form_of(row, filled_in(status))
    return checkout.ref


def paid(gateway: DjangoPaymentsGateway) -> PaymentRef:
    return with_status(gateway, "confirmed")


def back(ref: PaymentRef, amount: int) -> RefundRequest:
    return RefundRequest(key=uuid.uuid4().hex, payment=ref, money=Money(amount, "EUR"))
