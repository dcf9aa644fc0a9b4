"""The real client of Stripe, bound to a fake company, and what tests ask of it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pytest
from tests.payments.contract import AT_HAND, Contract

from bookable.testing.fakes.stripe import FakeStripe

stripe = pytest.importorskip("stripe", reason="The package stripe is not installed.")

KEY = "sk_test_bookings"
SECRET = "whsec_bookings"


class Client:
    """One account at a Stripe; `v1` is the real client's."""

    def __init__(
        self, fake: FakeStripe, key: str = KEY, *, retries: int = 0, seconds: float = 15
    ) -> None:
        self.fake = fake
        self._http = stripe.RequestsClient(timeout=(3, seconds))
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": fake.url, "connect": fake.url, "files": fake.url},
            http_client=self._http,
            max_network_retries=retries,
        )
        self.v1 = self._client.v1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def raw(self, method: str, path: str, **params: Any) -> Any:
        """A request that the client has no method for."""
        return self._client.raw_request(method, path, **params)

    def checkout(self, amount: int = 3500, currency: str = "eur", **more: Any) -> Any:
        """A session for one payment."""
        return self.v1.checkout.sessions.create(payment_params(amount, currency, **more))

    def paid(self, amount: int = 3500, currency: str = "eur", **more: Any) -> Any:
        """The intent of a checkout that a customer has paid."""
        session = self.checkout(amount, currency, **more)
        return self.intent(self.fake.pay_checkout(session.id)["id"])

    def intent(self, name: str, *expand: str) -> Any:
        return self.v1.payment_intents.retrieve(name, {"expand": list(expand)} if expand else {})

    def charge_of(self, intent: Any) -> Any:
        return self.v1.charges.retrieve(self.intent(intent.id).latest_charge)

    def refund(self, intent: Any, amount: int | None = None, **more: Any) -> Any:
        asked = {"payment_intent": intent.id, **more}
        return self.v1.refunds.create(asked if amount is None else {**asked, "amount": amount})


def payment_params(amount: int = 3500, currency: str = "eur", **more: Any) -> dict[str, Any]:
    """What a session for one payment is made from."""
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Massage"}}
    return {
        "mode": "payment",
        "success_url": "https://example.com/paid",
        "line_items": [{"price_data": price, "quantity": 1}],
        **more,
    }


@contextmanager
def playing(*, specified: bool = True) -> Iterator[FakeStripe]:
    """A Stripe that keeps to its specification, as far as that is at hand and wanted."""
    with FakeStripe(contract=Contract.stripe() if AT_HAND and specified else None) as fake:
        yield fake
    assert fake.off_specification == []


def told(fake: FakeStripe) -> list[str]:
    """The types of the events that nobody was told yet."""
    return [event["type"] for event in fake.outbox.waiting()]
