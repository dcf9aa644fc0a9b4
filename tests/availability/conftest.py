from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.availability.times import SUNDAY, at

from bookable.testing import freeze
from bookable.timeline.clock import FrozenClock


@pytest.fixture
def sunday() -> Iterator[FrozenClock]:
    """It is the midnight before the day before."""
    with freeze(at("00:00", SUNDAY)) as clock:
        yield clock
