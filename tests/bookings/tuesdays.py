"""A series of Tuesdays that is changed, and what is left of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.bookings.lessons import CLEO
from tests.bookings.times import at

from bookable.bookings.confirm import confirm
from bookable.bookings.hold_series import hold_series
from bookable.models import Booking, Series, Service
from bookable.timeline.recurrence import weekly

BEGINNING = at("00:00", 4)
#: The ordinary terms, for a site with options of its own.
TERMS = "bookable.bookings.policies.StandardTerms"


def tuesdays(service: Service, count: int = 4, **asked: Any) -> Series:
    """Confirmed, from the fifth at ten on."""
    held = hold_series(service, at("10:00"), rule=weekly(count=count), customer=CLEO, **asked)
    confirm(held.bookings[0])
    return held.series


def starts(series: Series) -> list[datetime]:
    rows = Booking.objects.filter(series=series, freed_at=None)
    return sorted(rows.values_list("session__start", flat=True))


def verbs(booking: Booking) -> list[str]:
    return [event.verb for event in booking.history]
