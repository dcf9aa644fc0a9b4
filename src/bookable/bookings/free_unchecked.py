from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import router

from bookable.bookings.actors import SYSTEM
from bookable.bookings.freeing.leaving import leave
from bookable.bookings.mark_no_show import miss
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing import change
from bookable.timeline import clock


def free_unchecked(*, limit: int = 100, using: str | None = None) -> int:
    """A job: whoever has not checked in in time did not come, and the rest of the time is free.

    Returns how many bookings. They owe what was agreed for not coming.
    """
    alias = using or router.db_for_write(Booking)
    done = [change(key, _free, using=alias) for key in _missing(limit, alias)]
    return sum(one.state == State.NO_SHOW and one.freed_at is not None for one in done)


def _free(booking: Booking) -> None:
    session, minutes = booking.session, booking.service.check_in_minutes
    is_missing = booking.state == State.CONFIRMED and booking.checked_in_at is None
    is_running = clock.now() < session.end and _has_passed(session.start, minutes)
    if is_missing and is_running:
        leave(booking)
        miss(booking, SYSTEM, reason="not_checked_in")


def _missing(limit: int, using: str) -> list[UUID]:
    now = clock.now()
    running = Booking.objects.using(using).filter(
        state=State.CONFIRMED,
        checked_in_at=None,
        session__start__lte=now,
        session__end__gt=now,
        session__service__check_in_minutes__isnull=False,
    )
    rows = running.order_by("session__start", "pk").values_list(
        "uuid", "session__start", "session__service__check_in_minutes"
    )
    due = (key for key, start, minutes in rows.iterator() if _has_passed(start, minutes))
    return list(islice(due, limit))


def _has_passed(start: datetime, minutes: int | None) -> bool:
    return minutes is not None and start + timedelta(minutes=minutes) <= clock.now()
