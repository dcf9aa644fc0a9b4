"""Promises made to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookable.bookings.impact import Affected, Change


def preview(change: Change, *, using: str | None = None) -> list[Affected]:
    """The bookings that a change of hours, time off or the like would hit, before it is made.

    See `bookable.bookings.impact`.
    """
    from bookable.bookings.impact import preview

    return preview(change, using=using)
