"""A fake Paystack and the real client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bookable.testing.fakes.paystack import FakePaystack

if TYPE_CHECKING:
    from tests.payments.paystack_client import PaystackClient


@pytest.fixture
def fake() -> Iterator[FakePaystack]:
    from tests.payments.paystack_client import playing

    with playing() as fake:
        yield fake


@pytest.fixture
def client(fake: FakePaystack) -> Iterator[PaystackClient]:
    from tests.payments.paystack_client import PaystackClient

    with PaystackClient(fake) as client:
        yield client
