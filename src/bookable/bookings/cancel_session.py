from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import router

from bookable.bookings.actors import Actor, staff_only
from bookable.bookings.cancel import cancel_locked
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.steps.changing import up_to_date
from bookable.bookings.steps.changing_sessions import SessionLike, with_session
from bookable.bookings.steps.seats import release
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import TooLate
from bookable.schedule.models import Session
from bookable.timeline import clock


def cancel_session(
    session: SessionLike,
    *,
    by: Any = None,
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> Session:
    """Cancels a class with everybody in it. Nobody pays for that, and its time is free again.

    Raises TooLate once it is over.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    alias = using or router.db_for_write(Booking)
    actor = staff_only(by, "bookable.change_session")

    def work(mine: Session, bookings: list[Booking]) -> Session:
        if mine.released_at is None:
            if mine.end <= clock.now():
                raise TooLate
            call_off(mine, bookings, actor, reason=reason, comment=comment)
        return mine

    return up_to_date(session, with_session(session, work, using=alias))


def call_off(
    session: Session,
    bookings: Iterable[Booking],
    actor: Actor,
    *,
    reason: str = "",
    comment: str = "",
) -> None:
    """Cancels a session that is locked, with these bookings of it."""
    release(session)  # first of all, or their places would be offered to those who wait
    session.called_off_at = session.released_at
    session.save(using=session._state.db, update_fields=["called_off_at", "modified"])
    for booking in bookings:
        cancel_locked(booking, actor, reason=reason, comment=comment, waive_fee=True)
