"""The fixtures by which a site starts a payment company for its own tests."""

from __future__ import annotations

import uuid
from datetime import timedelta

from bookable.money import Money
from bookable.payments.gateways import Gateway
from bookable.payments.gateways.paystack import PaystackGateway
from bookable.payments.gateways.questions import CheckoutRequest
from bookable.payments.gateways.stripe import StripeGateway
from bookable.payments.states import PaymentState
from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.fakes.stripe import FakeStripe
from bookable.testing.fixtures import fake_paystack, fake_stripe
from bookable.timeline import clock

__all__ = ["fake_paystack", "fake_stripe"]


def is_paid_at(gateway: Gateway, company: FakeStripe | FakePaystack, currency: str) -> bool:
    key = uuid.uuid4().hex
    checkout = gateway.start_checkout(
        CheckoutRequest(
            key=key,
            reference=key,
            money=Money(10_000, currency),
            email="cleo@example.com",
            description="Haircut",
            return_url="https://example.com/done/",
            cancel_url="https://example.com/given-up/",
            expires_at=clock.now() + timedelta(hours=1),
        )
    )
    if isinstance(company, FakeStripe):
        company.pay_checkout(checkout.ref.checkout)
    else:
        company.complete(key)
    return gateway.fetch(checkout.ref).state == PaymentState.CAPTURED


def test_a_site_pays_at_a_stripe_of_its_own(fake_stripe: FakeStripe) -> None:
    gateway = StripeGateway(secret_key="sk_test_x", api_base=fake_stripe.url)
    assert is_paid_at(gateway, fake_stripe, "EUR")


def test_a_site_pays_at_a_paystack_of_its_own(fake_paystack: FakePaystack) -> None:
    gateway = PaystackGateway(secret_key="sk_test_x", api_base=fake_paystack.url)
    assert is_paid_at(gateway, fake_paystack, "NGN")


def test_every_test_has_a_company_of_its_own(fake_stripe: FakeStripe) -> None:
    assert fake_stripe.objects("charge") == []
