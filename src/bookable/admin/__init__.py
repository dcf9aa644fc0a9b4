"""The admin pages; importing this package registers them."""

from __future__ import annotations

from bookable.admin import (
    booking,
    busy_time,
    date_hours,
    labels,
    location,
    order,
    payment,
    pool,
    provider,
    saved_card,
    series,
    service,
    sessions,
    time_off,
    waiting,
    webhook_event,
)

__all__ = [
    "booking",
    "busy_time",
    "date_hours",
    "labels",
    "location",
    "order",
    "payment",
    "pool",
    "provider",
    "saved_card",
    "series",
    "service",
    "sessions",
    "time_off",
    "waiting",
    "webhook_event",
]
