"""A site with one gateway and the company behind it, as its customers see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings

from bookable.bookings.hold import hold
from bookable.catalog.models.choices import PaymentMode
from bookable.models import Booking, OfflineEntry, Payment, Service
from bookable.money import Money
from bookable.payments.gateways.offline.books import decline_entry
from bookable.payments.pay import Checkout, pay
from bookable.payments.receive_payment import receive_payment
from bookable.payments.refresh import refresh
from bookable.testing import make_provider, make_service
from bookable.testing.booking_factories import make_customer
from bookable.testing.fakes.outbox import Delivery
from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.fakes.stripe import FakeStripe
from bookable.timeline import clock

STRIPE_KEY, STRIPE_SECRET = "sk_test_shop", "whsec_shop"
PAYSTACK_KEY = "sk_test_shop"
RETURN, CANCEL = "https://site.example.com/done/", "https://site.example.com/given-up/"

#: Open around the clock, so that no test depends on the hour it is run at.
ALL_DAY = ["00:00-24:00"]

#: For what is the same without a company, where staff says what has come.
everywhere = pytest.mark.parametrize("shop", ["stripe", "paystack", "offline"], indirect=True)


class Shop:
    """One gateway under the alias `card`. Subclasses play its company."""

    alias = "card"
    currency = "EUR"
    can_expire = False
    can_save_cards = True
    has_company = True

    settings: dict[str, Any]

    def customer_pays(self, payment: Payment, **how: Any) -> None:
        """They fill in the gateway's page; nobody is told yet."""
        raise NotImplementedError

    def customer_is_declined(self, payment: Payment) -> None:
        raise NotImplementedError

    def books(self) -> int:
        """What the company has taken and not given back."""
        raise NotImplementedError

    def deliveries(self, **how: Any) -> list[Delivery]:
        """What the company wants to tell, signed."""
        raise NotImplementedError

    def fail(self, match: str, mode: str, **how: Any) -> None:
        """The next answer to such a request is lost, or another one."""
        raise NotImplementedError

    def tell(self, **how: Any) -> list[int]:
        """Delivers what the company has to say; the statuses of our answers."""
        return [self.post(one) for one in self.deliveries(**how)]

    def post(self, message: Delivery, alias: str | None = None) -> int:
        headers: Any = message.headers
        answer = Client().post(
            f"/bookable/payments/webhook/{alias or self.alias}/",
            data=message.body,
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code

    def come_back(self, payment: Payment) -> Any:
        """The customer returns from the gateway's page."""
        return Client().get(f"/bookable/payments/return/{payment.uuid}/")

    def service(self, price: int = 10_000, deposit: int | None = None, **more: Any) -> Service:
        mode = PaymentMode.FULL if deposit is None else PaymentMode.DEPOSIT
        service = make_service(
            price=price, currency=self.currency, payment=mode, deposit=deposit, **more
        )
        make_provider(offers=service, hours=ALL_DAY)
        return service

    def held(self, service: Service | None = None, start: datetime | None = None) -> Booking:
        """A place that is held until it is paid."""
        service = service or self.service()
        return hold(service, start or tomorrow(), customer=make_customer())

    def pay(self, booking: Booking, **options: Any) -> Checkout:
        """They go to the gateway's page."""
        options = {"return_url": RETURN, "cancel_url": CANCEL, **options}
        return pay(booking.order, options.pop("gateway", self.alias), **options)

    def paying(self, booking: Booking | None = None, **options: Any) -> Payment:
        """The payment that somebody who holds a place has begun."""
        checkout = self.pay(booking or self.held(), **options)
        assert checkout.payment is not None
        return checkout.payment

    def paid(self, booking: Booking | None = None, **options: Any) -> Payment:
        """The payment of somebody who has paid, and whose company has told us."""
        payment = self.paying(booking, **options)
        self.customer_pays(payment)
        assert set(self.tell()) == {200}
        payment.refresh_from_db()
        return payment


class StripeShop(Shop):
    can_expire = True

    def __init__(self, fake: FakeStripe) -> None:
        self.fake = fake
        options = {
            "secret_key": STRIPE_KEY,
            "webhook_secrets": [STRIPE_SECRET],
            "api_base": fake.url,
            "max_retries": 0,
        }
        backend = "bookable.payments.gateways.stripe.StripeGateway"
        self.settings = {"card": {"BACKEND": backend, "OPTIONS": options}}

    def customer_pays(self, payment: Payment, **how: Any) -> None:
        self.fake.pay_checkout(payment.checkout, **how)

    def customer_is_declined(self, payment: Payment) -> None:
        self.fake.pay_checkout(payment.checkout, outcome="declined")

    def books(self) -> int:
        charges = self.fake.objects("charge")
        taken = sum(one["amount_captured"] for one in charges)
        lost = {"failed", "canceled"}
        refunds = self.fake.objects("refund")
        return int(taken - sum(one["amount"] for one in refunds if one["status"] not in lost))

    def deliveries(self, **how: Any) -> list[Delivery]:
        return self.fake.outbox.deliveries(STRIPE_SECRET, **how)

    def fail(self, match: str, mode: str, **how: Any) -> None:
        self.fake.faults.add(match, mode, **how)


class PaystackShop(Shop):
    currency = "NGN"

    def __init__(self, fake: FakePaystack) -> None:
        self.fake = fake
        options = {"secret_key": PAYSTACK_KEY, "api_base": fake.url}
        backend = "bookable.payments.gateways.paystack.PaystackGateway"
        self.settings = {"card": {"BACKEND": backend, "OPTIONS": options}}

    def customer_pays(self, payment: Payment, **how: Any) -> None:
        self.fake.complete(payment.reference, **how)

    def customer_is_declined(self, payment: Payment) -> None:
        self.fake.complete(payment.reference, "failed")

    def books(self) -> int:
        found = 0
        for payment in Payment.objects.all():
            transaction = self.fake.transaction(payment.reference)
            if transaction.status in ("success", "reversed"):
                found += transaction.amount
                refunds = self.fake.refunds(payment.reference)
                found -= sum(one.amount for one in refunds if one.status != "failed")
        return found

    def deliveries(self, **how: Any) -> list[Delivery]:
        return self.fake.outbox.deliveries(PAYSTACK_KEY, **how)

    def fail(self, match: str, mode: str, **how: Any) -> None:
        self.fake.faults.add(match, mode, **how)


class OfflineShop(Shop):
    """Transfers to our own account: staff says what has come, and nobody sends a message."""

    can_expire = True
    can_save_cards = False
    has_company = False

    def __init__(self, _nobody: None = None, **options: Any) -> None:
        backend = "bookable.payments.gateways.offline.OfflineGateway"
        self.settings = {"card": {"BACKEND": backend, "OPTIONS": {"mode": "transfer", **options}}}

    def customer_pays(self, payment: Payment, amount: int | None = None, **how: Any) -> None:
        receive_payment(payment, amount and Money(amount, payment.currency), **how)

    def customer_is_declined(self, payment: Payment) -> None:
        decline_entry(payment.reference)
        refresh(payment)

    def books(self) -> int:
        return sum(one.captured - one.refunded for one in OfflineEntry.objects.all())

    def deliveries(self, **how: Any) -> list[Delivery]:
        return []

    def tell(self, **how: Any) -> list[int]:
        """Nothing, and that is received well."""
        return [200]

    def fail(self, match: str, mode: str, **how: Any) -> None:
        pytest.skip("There is nobody whose answer could be lost.")


@contextmanager
def open_shop(name: str) -> Iterator[Shop]:
    """The site of a gateway, by the name of its company."""
    fakes: dict[str, tuple[Any, Any]] = {
        "stripe": (FakeStripe, StripeShop),
        "paystack": (FakePaystack, PaystackShop),
        "offline": (nullcontext, OfflineShop),
    }
    make_fake, make_shop = fakes[name]
    with make_fake() as fake:
        shop: Shop = make_shop(fake)
        with override_settings(
            BOOKABLE={"GATEWAYS": shop.settings, "CURRENCY": shop.currency},
            ROOT_URLCONF="tests.payments.urls",
        ):
            yield shop


def tomorrow(hour: int = 10) -> datetime:
    """A whole hour that is bookable on every day."""
    morning = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    return morning.replace(hour=hour)


def shares_its_database() -> bool:
    """Whether threads can work on it at once."""
    return connection.vendor != "sqlite"
