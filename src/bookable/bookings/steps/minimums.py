"""By when a class needs its minimum."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookable.catalog.following import follow
from bookable.schedule.models import Session
from bookable.timeline import clock


def is_past_deadline(session: Session, at: datetime) -> bool:
    """Whether it was to be decided by this moment whether the session takes place."""
    # added, because so many minutes before the start may be before the first year
    return session.start <= at + timedelta(minutes=follow(session, "service").minimum_deadline)


def decided_when_made(session: Session) -> datetime | None:
    """Now, for a class whose deadline has come before anybody could join: it takes place."""
    now = clock.now()
    return now if session.minimum > 1 and is_past_deadline(session, now) else None
