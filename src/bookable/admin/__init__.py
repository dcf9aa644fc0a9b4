"""The admin pages; importing this package registers them."""

from __future__ import annotations

from bookable.admin import (
    busy_time,
    date_hours,
    labels,
    location,
    pool,
    provider,
    service,
    sessions,
    time_off,
)

__all__ = [
    "busy_time",
    "date_hours",
    "labels",
    "location",
    "pool",
    "provider",
    "service",
    "sessions",
    "time_off",
]
