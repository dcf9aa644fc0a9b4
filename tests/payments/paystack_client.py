"""The real client of Paystack, bound to one key and one address instead of to the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pytest
from tests.payments.contract import AT_HAND, Contract

from bookable.testing.fakes.paystack import FakePaystack

requests = pytest.importorskip("requests")
PayStackRequests = pytest.importorskip("paystackapi.base").PayStackRequests
Customer = pytest.importorskip("paystackapi.customer").Customer
Refund = pytest.importorskip("paystackapi.refund").Refund
Transaction = pytest.importorskip("paystackapi.transaction").Transaction

KEY = "sk_test_one"

# what works at Paystack without standing in its specification
NOT_SPECIFIED = ("/preauthorization/", "/customer/deactivate_authorization")


class KeyedRequests(PayStackRequests):  # type: ignore[misc, valid-type]
    """Requests with one key; `status` is that of the last answer."""

    def __init__(self, key: str, url: str, timeout: tuple[float, float]) -> None:
        super().__init__(api_url=f"{url}/", headers={"Authorization": f"Bearer {key}"})
        self.http = requests.Session()
        self.timeout = timeout
        self.status = 0

    def _request(self, method: Any, resource_uri: str, **sent: Any) -> Any:
        answer = self.http.request(
            method.__name__.upper(),
            self.API_BASE_URL + resource_uri,
            json=sent.get("data"),
            params=sent.get("qs"),
            headers=self.headers,
            timeout=self.timeout,
        )
        self.status = answer.status_code
        return answer.json()


class PaystackClient:
    """One account at a Paystack."""

    def __init__(self, fake: FakePaystack, key: str = KEY, *, seconds: float = 5) -> None:
        self.raw = KeyedRequests(key, fake.url, (3, seconds))
        self.transactions = self._bound(Transaction)
        self.refunds = self._bound(Refund)
        self.customers = self._bound(Customer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.raw.http.close()

    @property
    def status(self) -> int:
        return int(self.raw.status)

    def begin(self, reference: str = "R-1", **changed: Any) -> Any:
        """A transaction like any other; the whole answer."""
        sent = {"email": "ada@example.com", "amount": 30050, "reference": reference, **changed}
        return self.transactions.initialize(**sent)

    def verified(self, reference: str = "R-1") -> Any:
        return self.transactions.verify(reference)["data"]

    def _bound(self, resource: Any) -> Any:
        own = {"__init__": lambda self, **_keywords: None, "requests": self.raw}
        return type(resource.__name__, (resource,), own)


@contextmanager
def playing(**options: Any) -> Iterator[FakePaystack]:
    """A fake held to Paystack's specification, where that is at hand."""
    contract = Contract.paystack() if AT_HAND else None
    with FakePaystack(**{"contract": contract, **options}) as fake:
        yield fake
    assert off_specification(fake) == []


def off_specification(fake: FakePaystack) -> list[str]:
    found = fake.off_specification
    return [line for line in found if not any(path in line for path in NOT_SPECIFIED)]


def paid(fake: FakePaystack, client: PaystackClient, reference: str = "R-1", **sent: Any) -> Any:
    """A payment that went well, as verify shows it."""
    client.begin(reference, **sent)
    fake.complete(reference)
    return client.verified(reference)
