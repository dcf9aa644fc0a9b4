from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime

from bookable.timeline.clock import FrozenClock, frozen


def freeze(at: datetime | str) -> AbstractContextManager[FrozenClock]:
    """Holds the library's clock: `with freeze("2026-03-02 09:00") as clock: clock.tick(...)`.

    A text without an offset is meant in UTC.
    """
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return frozen(at)
