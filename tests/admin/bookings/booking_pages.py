"""The pages of bookings, as staff use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from tests.admin.pages import list_url

from bookable.models import Booking, Order, Series, WaitingEntry
from bookable.testing import (
    make_booking,
    make_provider,
    make_series,
    make_service,
    make_waiting_entry,
)

NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)
START = NOW + timedelta(hours=1)
MODELS = [Booking, Order, Series, WaitingEntry]


def furnish(number: int) -> None:
    """One more booking of everything."""
    start = START + timedelta(days=number)
    service = make_service(f"Service {number}", price=1000)
    provider = make_provider(f"Provider {number}", offers=service)
    room = make_provider(f"Room {number}", kind="room")
    series = make_series(service, start)
    booking = make_booking(service, start, provider, room, series=series)
    make_waiting_entry(service, start, start, provider=provider, offer=booking)


def state_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.state


def references(client: Client, **query: Any) -> set[str]:
    page = client.get(list_url(Booking), query)
    return {booking.reference for booking in page.context["cl"].result_list}


def post(client: Client, url: str, **data: Any) -> HttpResponse:
    return client.post(url, data)  # type: ignore[return-value]


def act(client: Client, action: str, *chosen: Booking, **data: Any) -> HttpResponse:
    rows = {"action": action, "_selected_action": [one.pk for one in chosen]}
    return client.post(list_url(Booking), {**rows, **data})  # type: ignore[return-value]
