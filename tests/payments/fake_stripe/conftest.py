"""A fake Stripe and the real client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bookable.testing.fakes.stripe import FakeStripe

if TYPE_CHECKING:
    from tests.payments.stripe_client import Client


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    from tests.payments.stripe_client import playing

    with playing() as fake:
        yield fake


@pytest.fixture
def client(fake: FakeStripe) -> Iterator[Client]:
    from tests.payments.stripe_client import Client

    with Client(fake) as client:
        yield client
