"""Classes, those who take part in them, and those who may say when they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.catalog.models import Provider, Service
from bookable.models import Booking, Session
from bookable.schedule.models import Claim
from bookable.testing import make_customer, make_need, make_provider, make_service


def yoga(*teachers: str, **fields: Any) -> Service:
    """A class for ten that each of these teachers can give."""
    service = make_service("Yoga", **{"capacity": 10, "price": 2000, **fields})
    for name in teachers or ("Ann",):
        make_provider(name, offers=service)
    return service


def ride(bikes: int = 4, *, helmets: int = 0, **fields: Any) -> Service:
    """A class for ten with Ann and a bike for each rider, and perhaps a helmet."""
    service = make_service("Ride", **{"capacity": 10, "price": 2000, **fields})
    make_need(service, make_provider("Ann"))
    make_need(service, make_provider("Bikes", kind="equipment", units=bikes), per_seat=True)
    if helmets:
        helmet = make_provider("Helmets", kind="equipment", units=helmets)
        make_need(service, helmet, per_seat=True)
    return service


def book(service: Service, start: datetime, seats: int = 1, **options: Any) -> Booking:
    """A confirmed booking of somebody new."""
    return confirm(hold(service, start, customer=make_customer(), seats=seats, **options))


def visit(*wanted: tuple[Service, datetime]) -> list[Booking]:
    """Confirmed bookings of one order, one right after the other."""
    items = [Item(service=service, start=start) for service, start in wanted]
    bookings = hold_visit(items, customer=make_customer())
    confirm(bookings[0])
    return bookings


def who(name: str) -> Provider:
    return Provider.objects.get(name=name)


def lanes(session: Session) -> list[tuple[str, int]]:
    """The lanes that the session has by now."""
    claims = live(session).values_list("provider__name", "unit")
    return sorted(claims)


def live(session: Session) -> Any:
    return Claim.objects.filter(session=session, released_at=None)


def claims_of(booking: Booking) -> list[tuple[str, int]]:
    """The lanes that are a booking's own."""
    mine = Claim.objects.filter(booking=booking, released_at=None)
    return sorted(mine.values_list("provider__name", "unit"))


def user(*permissions: str, **fields: Any) -> Any:
    """Somebody with these permissions."""
    users = get_user_model()
    made = users.objects.create_user(**{"username": f"user{users.objects.count()}", **fields})
    made.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return made
