"""Classes that start at 10:00 on the 20th, and need their minimum by 10:00 on the day before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.bookings.times import at

from bookable.bookings.hold import hold
from bookable.models import Booking, Service, Session
from bookable.testing import make_customer

START, DEADLINE = at("10:00", 20), at("10:00", 19)
MINUTE = timedelta(minutes=1)


def again(session: Session) -> Session:
    return Session.objects.get(pk=session.pk)


def takes_place(session: Session) -> bool | None:
    """None while nothing is decided."""
    now = again(session)
    assert (now.called_off_at is None) == (now.released_at is None)
    return None if now.decided_at is None else now.called_off_at is None


def hold_one(service: Service, start: datetime = START, **options: Any) -> Booking:
    return hold(service, start, customer=make_customer(), **options)
