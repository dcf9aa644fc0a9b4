"""The faults that are found, by their codes."""

from __future__ import annotations

from bookable.bookings.audit import find_faults


def codes() -> list[str]:
    return [fault.code for fault in find_faults()]
