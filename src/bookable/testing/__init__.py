"""For sites' own tests: factories, a clock that stands still, the suite every rule must pass."""

from __future__ import annotations

from bookable.testing.clock import freeze
from bookable.testing.factories import (
    make_busy_time,
    make_location,
    make_need,
    make_pool,
    make_provider,
    make_service,
    make_session,
    make_time_off,
    set_weekly_hours,
)
from bookable.testing.rules import RuleContract

__all__ = [
    "RuleContract",
    "freeze",
    "make_busy_time",
    "make_location",
    "make_need",
    "make_pool",
    "make_provider",
    "make_service",
    "make_session",
    "make_time_off",
    "set_weekly_hours",
]
