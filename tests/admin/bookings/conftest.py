"""A booking of Cleo's with Ann, in an hour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.admin.bookings.booking_pages import NOW, START

from bookable.bookings.policies import Agreed
from bookable.models import Booking, Provider, Service
from bookable.testing import freeze, make_booking, make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

HALF = Agreed(free_minutes=24 * 60, late_percent=50, no_show_percent=100).json()


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    with freeze(NOW) as frozen:
        yield frozen


@pytest.fixture
def service() -> Service:
    return make_service("Massage", price=5000, currency="EUR")


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


@pytest.fixture
def booking(service: Service, ann: Provider) -> Booking:
    customer = make_customer("Cleo", email="cleo@example.com")
    return make_booking(service, START, ann, customer=customer, reference="CLEO1", policy=HALF)
