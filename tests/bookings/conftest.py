from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bookable.testing import assert_never_double_booked, freeze
from bookable.timeline.clock import FrozenClock

#: A Monday, an hour before anybody opens.
NOW = datetime(2030, 3, 4, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    with freeze(NOW) as frozen:
        yield frozen


@pytest.fixture
def in_order(clock: FrozenClock) -> Iterator[None]:
    """Whatever happened, nothing is booked twice and every history leads to what is now."""
    yield
    assert_never_double_booked()
