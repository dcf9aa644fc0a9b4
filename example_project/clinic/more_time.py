"""“I need more time”: when there is more to be had, and whether somebody got it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookable.bookings.extend_hold import MOST_EXTENSIONS
from bookable.conf import settings
from bookable.models import Booking, State
from bookable.timeline import clock


def can_have_more_time(booking: Booking) -> bool:
    """Not as often as they like, and not if it is held for longer than any hold is anyway."""
    until = booking.expires_at
    if booking.status != State.HELD or until is None:
        return False
    if until > clock.now() + timedelta(minutes=settings.HOLD_MINUTES):
        return False
    return booking.events.filter(verb="extend_hold").count() < MOST_EXTENSIONS


def is_later(until: datetime | None, before: datetime | None) -> bool:
    """Whether a clock on the wall shows a later time."""
    if until is None or before is None:
        return until is None and before is not None
    return _shown(until) > _shown(before)


def _shown(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
