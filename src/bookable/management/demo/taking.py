"""How a demo booking is made, once, through the verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.models import Booking, State
from bookable.bookings.request import request
from bookable.catalog.models import Service
from bookable.management.demo.customers import customer_for
from bookable.management.demo.days import at, days_ahead
from bookable.timeline import clock

SOURCE = "demo"
_WEEKS = 8


def is_there(key: str) -> bool:
    """Whether one of this key lies ahead; one that ran out by itself doesn't count."""
    made = Booking.objects.filter(source=SOURCE, metadata__demo=key)
    return made.filter(session__start__gt=clock.now()).exclude(state=State.EXPIRED).exists()


def take(key: str, service: Service, start: datetime, **details: Any) -> Booking:
    """A booking of the key's customer, confirmed, or requested where that is needed."""
    held = hold(
        service, start, customer=customer_for(key), source=SOURCE, metadata={"demo": key}, **details
    )
    return request(held) if service.requires_approval else confirm(held)


def free_start(service: Service, *, days: int, hour: int, **asked: Any) -> datetime | None:
    """The first free start at this hour or later, on a day that is at least so far ahead."""
    for day in days_ahead(7 * _WEEKS, service.zone)[days - 1 :]:
        low, high = at(service.zone, day, hour), at(service.zone, day + timedelta(days=1), 0)
        found = service.slots(low, high, **asked)
        if found:
            return found[0].start
    return None
