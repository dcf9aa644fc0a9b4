"""What tests of the waiting list have in common."""

from __future__ import annotations

from typing import Any

from tests.bookings.times import at

from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.models import Booking, Claim, Service, WaitingEntry, WaitingState
from bookable.testing import make_customer, make_need, make_provider, make_service


def one_to_one(**fields: Any) -> Service:
    """Ann has an hour for one customer after the other."""
    made = make_service(**fields)
    make_provider("Ann", offers=made)
    return made


def with_bikes(bikes: int, **fields: Any) -> Service:
    """Everybody who rides along with Ann needs a bike."""
    made = make_service(**{"capacity": 4, **fields})
    make_need(made, make_provider("Ann"))
    make_need(made, make_provider("Bikes", kind="equipment", units=bikes), per_seat=True)
    return made


def booked(service: Service, start: str = "10:00", **details: Any) -> Booking:
    wish: dict[str, Any] = {"customer": make_customer(), **details}
    return confirm(hold(service, at(start), **wish))


def waits(
    service: Service, low: str = "09:00", high: str = "17:00", **details: Any
) -> WaitingEntry:
    wish: dict[str, Any] = {"customer": make_customer(), **details}
    return join_waiting_list(service, earliest=at(low), latest=at(high), **wish)


def moves_up(booking: Booking, low: str, high: str, **details: Any) -> WaitingEntry:
    return waits(booking.service, low, high, booking=booking, **details)


def now(entry: WaitingEntry) -> WaitingEntry:
    entry.refresh_from_db()
    return entry


def offered(entry: WaitingEntry) -> Booking:
    offer = now(entry).offer
    assert entry.state == WaitingState.OFFERED
    assert offer is not None
    return offer


def states(*entries: WaitingEntry) -> list[str]:
    return [now(entry).state for entry in entries]


def live_lanes() -> list[tuple[str, int, str]]:
    rows = Claim.objects.filter(released_at=None).order_by("start", "provider__name", "unit")
    return [(row.provider.name, row.unit, f"{row.start:%H:%M}") for row in rows]


def offer_of(entry: WaitingEntry) -> Booking:
    offer = now(entry).offer
    assert offer is not None
    return offer
