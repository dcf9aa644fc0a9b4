"""Fixtures of pytest for sites: `pytest_plugins = ["bookable.testing.fixtures"]`.

A payment company on this machine for each test that asks for one. Name its address in the
gateway's options, `api_base`, and the site's checkout can be tested without a network.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.fakes.stripe import FakeStripe


@pytest.fixture
def fake_stripe() -> Iterator[FakeStripe]:
    """A Stripe that nobody has paid by yet."""
    with FakeStripe() as fake:
        yield fake


@pytest.fixture
def fake_paystack() -> Iterator[FakePaystack]:
    """A Paystack that nobody has paid by yet."""
    with FakePaystack() as fake:
        yield fake
