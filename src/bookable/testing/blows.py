"""What customers and staff do all day, as blows for the hammer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.expire import expire_due
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.hold import hold
from bookable.bookings.models import Booking, State
from bookable.bookings.reschedule import reschedule
from bookable.bookings.states import OPEN
from bookable.catalog.models import Service
from bookable.testing.hammer import Blow, NothingToDo
from bookable.timeline import clock


def everyday_blows(
    services: Sequence[Service], *, days: int = 7, most: int = 40, using: str = "default"
) -> list[Blow]:
    """Holding, confirming, moving and cancelling at the first starts of these services, mixed.

    Holds outnumber the rest, so that the same few starts are fought for again and again.
    """
    starts = {service: _starts(service, days, most, using) for service in services}
    wanted = [service for service in services if starts[service]]

    def any_start(chance: random.Random) -> tuple[Service, datetime]:
        service = chance.choice(wanted)
        return service, chance.choice(starts[service])

    def take(chance: random.Random) -> None:
        service, start = any_start(chance)
        seats = chance.randint(1, min(3, service.capacity))
        held = hold(service, start, customer=somebody(chance), seats=seats, using=using)
        if chance.random() < 0.8:
            confirm(held, using=using)

    def move(chance: random.Random) -> None:
        booking = any_booking(chance, using)
        there = starts.get(booking.session.service)
        if not there:
            raise NothingToDo
        reschedule(booking, chance.choice(there), using=using)

    def drop(chance: random.Random) -> None:
        cancel(any_booking(chance, using), using=using)

    def prolong(chance: random.Random) -> None:
        extend_hold(any_booking(chance, using, state=State.HELD), using=using)

    def tidy(_chance: random.Random) -> None:
        if not expire_due(limit=5, using=using):
            raise NothingToDo

    return [take, take, take, move, drop, prolong, tidy]


def somebody(chance: random.Random) -> Customer:
    """One of a thousand customers."""
    number = chance.randrange(1000)
    return Customer(name=f"Customer {number}", email=f"customer{number}@example.com")


def any_booking(
    chance: random.Random, using: str = "default", state: State | None = None
) -> Booking:
    """One of the last bookings that are open. Raises NothingToDo if there is none."""
    states = OPEN if state is None else (state,)
    rows = Booking.objects.using(using).filter(state__in=states).order_by("-pk")
    found = list(rows.select_related("session__service")[:20])
    if not found:
        raise NothingToDo
    return chance.choice(found)


def _starts(service: Service, days: int, most: int, using: str) -> list[datetime]:
    low = clock.now()
    found = service.slots(low, low + timedelta(days=days), using=using)
    return [slot.start for slot in found[:most]]
