"""The fake companies, as the contract suite plays them."""

from __future__ import annotations

from collections.abc import Mapping

from bookable.payments.gateways.answers import CheckoutSession
from bookable.payments.gateways.offline.books import decline_entry, pay_entry
from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.fakes.stripe import FakeStripe

STRIPE_KEY, STRIPE_SECRET = "sk_test_fake", "whsec_fake"
PAYSTACK_KEY = "sk_test_fake"

Messages = list[tuple[Mapping[str, str], bytes]]


class StripeCompany:
    def __init__(self, fake: FakeStripe) -> None:
        self.fake = fake

    def pay(self, checkout: CheckoutSession) -> None:
        self.fake.pay_checkout(checkout.ref.checkout)

    def decline(self, checkout: CheckoutSession) -> None:
        self.fake.pay_checkout(checkout.ref.checkout, outcome="declined")

    def lose(self, *, after: bool) -> None:
        self.fake.faults.add("POST", "drop_after" if after else "drop_before")

    def messages(self) -> Messages:
        return [(one.headers, one.body) for one in self.fake.outbox.deliveries(STRIPE_SECRET)]


class PaystackCompany:
    def __init__(self, fake: FakePaystack) -> None:
        self.fake = fake

    def pay(self, checkout: CheckoutSession) -> None:
        self.fake.complete(checkout.ref.reference)

    def decline(self, checkout: CheckoutSession) -> None:
        self.fake.complete(checkout.ref.reference, "failed")

    def lose(self, *, after: bool) -> None:
        self.fake.faults.add("POST", "drop_after" if after else "drop_before")

    def messages(self) -> Messages:
        return [(one.headers, one.body) for one in self.fake.outbox.deliveries(PAYSTACK_KEY)]


class OfflineCompany:
    """Ourselves: the books are a table of ours."""

    def pay(self, checkout: CheckoutSession) -> None:
        pay_entry(checkout.ref.reference)

    def decline(self, checkout: CheckoutSession) -> None:
        decline_entry(checkout.ref.reference)

    def lose(self, *, after: bool) -> None:
        raise NotImplementedError

    def messages(self) -> Messages:
        return []
