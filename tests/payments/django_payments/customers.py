"""What customers do who pay through a provider."""

from __future__ import annotations

from typing import Any

from django.test import Client
from tests.payments.django_payments.providers import filled_in
from tests.payments.shops import tomorrow

from bookable.bookings.hold import hold
from bookable.models import Booking, Payment, ProviderPayment
from bookable.payments.pay import pay
from bookable.testing import make_customer, make_provider, make_service

DONE, GIVEN_UP = "https://site.example.com/done/", "https://site.example.com/given-up/"


def held() -> Booking:
    service = make_service(price=10_000)
    make_provider(offers=service, hours=["00:00-24:00"])
    return hold(service, tomorrow(), customer=make_customer("Cleo", email="cleo@example.com"))


def paying(booking: Booking, **options: Any) -> Payment:
    checkout = pay(booking.order, return_url=DONE, cancel_url=GIVEN_UP, **options)
    assert checkout.payment is not None
    return checkout.payment


def fill_in(payment: Payment, status: str, **more: str) -> Any:
    address = payment.url.removeprefix("https://site.example.com")
    return Client().post(address, filled_in(status, **more))


def row_of(payment: Payment) -> ProviderPayment:
    return ProviderPayment.objects.get(reference=payment.reference)


def process_address(payment: Payment) -> str:
    return f"/bookable/payments/provider/{row_of(payment).token}/"
