"""The one place that knows what time it is; `bookable.testing.freeze` holds it still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import floor

_source: Callable[[], float] = time.time


def now() -> datetime:
    """The present moment as an aware UTC datetime."""
    return datetime.fromtimestamp(_source(), UTC)


def now_instant() -> int:
    """The present moment in whole epoch seconds."""
    return floor(_source())


class FrozenClock:
    """A clock that moves only when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.move_to(at)

    def __call__(self) -> float:
        return self._at

    def move_to(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("A frozen clock needs an aware datetime.")
        self._at = at.timestamp()

    def tick(self, step: timedelta) -> None:
        self._at += step.total_seconds()


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Holds the clock at a moment, in every thread of the process."""
    global _source  # noqa: PLW0603 - there is one clock, and this is its hand
    before, clock = _source, FrozenClock(at)
    _source = clock
    try:
        yield clock
    finally:
        _source = before
