"""Lessons that repeat, and those who take them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.bookings.times import at

from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import SeriesHeld, hold_series
from bookable.bookings.series_occurrences import Occurrence
from bookable.models import Booking, Service
from bookable.testing import make_provider, make_service
from bookable.timeline.recurrence import weekly

CLEO = Customer(name="Cleo", email="cleo@example.com")
DAN = Customer(name="Dan", email="dan@example.com")


def lesson(**fields: Any) -> Service:
    made = make_service("Lesson", **fields)
    make_provider(offers=made, zone=made.zone)
    return made


def each_week(service: Service, count: int = 4, start: str = "10:00", **more: Any) -> SeriesHeld:
    asked = {"rule": weekly(count=count), "customer": CLEO, **more}
    return hold_series(service, at(start), **asked)


def starts(held: SeriesHeld) -> list[datetime]:
    return [booking.session.start for booking in held.bookings]


def take(service: Service, start: datetime) -> Booking:
    return confirm(hold(service, start, customer=DAN))


def free(found: list[Occurrence]) -> list[bool]:
    return [one.free for one in found]
