"""What is booked in the demo: a bit of everything that can become of a booking."""

from __future__ import annotations

from typing import Any

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.hold_series import hold_series
from bookable.bookings.models import Booking
from bookable.catalog.models import Service
from bookable.management.demo.customers import customer_for
from bookable.management.demo.taking import SOURCE, free_start, is_there, take
from bookable.timeline.recurrence import weekly


def load_bookings() -> None:
    _book("first-consultation", days=2, hour=10, note="I come by bicycle, is there a stand?")
    _book("massage", days=3, hour=15, provider="bob", duration=90)
    _book(
        "physiotherapy",
        days=3,
        hour=14,
        provider="ann",
        extras=["heat-pack"],
        answers={"been-before": True, "last-time": "Heat.", "where": ["Back", "Knee"]},
    )
    _book("night-care", days=4, hour=22)
    where = "I rang, and it is 5 Mill Lane. The bell is broken, please knock."
    _book("home-visit", days=5, hour=10, provider="ann", note=where)
    _cancel_one()
    _repeat("online-coaching", days=4, hour=16, times=4)


def _book(slug: str, *, days: int, hour: int, key: str = "", **details: Any) -> Booking | None:
    """Books a service, unless somebody has already, or nothing is free."""
    key, service = key or slug, Service.objects.get(slug=slug)
    if is_there(key):
        return None
    start = free_start(service, days=days, hour=hour, **_asked(details))
    return None if start is None else take(key, service, start, **details)


def _cancel_one() -> None:
    booking = _book("massage", days=2, hour=14, key="cancelled", provider="ann", duration=30)
    if booking is not None:
        cancel(booking, by=GUEST, comment="I have caught a cold, sorry.")


def _repeat(slug: str, *, days: int, hour: int, times: int) -> None:
    service = Service.objects.get(slug=slug)
    if is_there("series"):
        return
    start = free_start(service, days=days, hour=hour)
    if start is None:
        return
    who = customer_for("series")
    held = hold_series(
        service,
        start,
        rule=weekly(count=times),
        customer=Customer(name=who.name, email=who.email, zone="Europe/Berlin"),
        on_conflict="skip",
        source=SOURCE,
        metadata={"demo": "series"},
    )
    confirm(held.bookings[0])


def _asked(details: dict[str, Any]) -> dict[str, Any]:
    """What of the details decides whether a time is free."""
    return {
        name: value for name, value in details.items() if name in {"provider", "duration", "extras"}
    }
