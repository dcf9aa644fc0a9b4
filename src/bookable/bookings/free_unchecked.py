from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import OuterRef, QuerySet, Subquery

from bookable.bookings.actors import SYSTEM
from bookable.bookings.freeing.leaving import leave
from bookable.bookings.mark_no_show import miss
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.steps.changing import change
from bookable.jobs import work_through
from bookable.timeline import clock


def free_unchecked(*, limit: int = 100, using: str | None = None) -> int:
    """A job: whoever has not checked in in time did not come, and the rest of the time is free.

    Returns how many bookings. They owe what was agreed for not coming.
    """
    alias = using or router.db_for_write(Booking)

    def work(key: UUID) -> int:
        booking = change(key, _free, using=alias)
        return booking.state == State.NO_SHOW and booking.freed_at is not None

    failed = "The place of the booking %s could not be freed"
    return work_through(_missing(alias), work, failed=failed, limit=limit)


def _free(booking: Booking) -> None:
    is_missing = booking.state == State.CONFIRMED and booking.checked_in_at is None
    is_running = clock.now() < booking.session.end and _has_passed(
        booking.session.start,
        _confirmations(booking.pk, booking._state.db).values_list("at", flat=True).first(),
        booking.service.check_in_minutes,
    )
    if is_missing and is_running:
        leave(booking)
        miss(booking, SYSTEM, reason="not_checked_in")


def _missing(using: str) -> list[UUID]:
    now = clock.now()
    running = Booking.objects.using(using).filter(
        state=State.CONFIRMED,
        checked_in_at=None,
        session__start__lte=now,
        session__end__gt=now,
        session__service__check_in_minutes__isnull=False,
    )
    confirmed_at = Subquery(_confirmations(OuterRef("pk"), using).values("at")[:1])
    rows = running.order_by("session__start", "pk").values_list(
        "uuid", "session__start", confirmed_at, "session__service__check_in_minutes"
    )
    return [key for key, *times in rows.iterator() if _has_passed(*times)]


def _confirmations(booking: Any, using: str | None) -> QuerySet[BookingEvent]:
    """The events by which it was confirmed, the last one first."""
    events = BookingEvent.objects.using(using).filter(booking=booking, after=State.CONFIRMED)
    return events.exclude(before=State.CONFIRMED).order_by("-seq")


def _has_passed(start: datetime, confirmed_at: datetime | None, minutes: int | None) -> bool:
    """Nobody can check in before it is confirmed, so only from then on the time runs."""
    begins = max(start, confirmed_at or start)
    return minutes is not None and begins + timedelta(minutes=minutes) <= clock.now()
