"""A service of Ann's, and a clock that stands still."""

from __future__ import annotations

import pytest

from bookable.models import Provider, Service
from bookable.testing import make_provider, make_service
from bookable.timeline.clock import FrozenClock


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service(capacity=4)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)
