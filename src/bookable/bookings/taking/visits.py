"""Several bookings of one order, one after the other on the same lane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bookable.availability.query import OwnLane
from bookable.bookings.models import Booking
from bookable.schedule.models import Claim, Session


def lanes_beside(bookings: Sequence[Booking], *, using: str) -> list[OwnLane]:
    """What the rest of their orders takes while these bookings move."""
    orders = {booking.order_id for booking in bookings}
    claims = (
        Claim.objects.using(using)
        .filter(
            session__bookings__order__in=orders,
            session__bookings__freed_at=None,
            released_at=None,
        )
        .exclude(session__in=[booking.session_id for booking in bookings])
    )
    rows = claims.values_list("session", "provider", "unit", "session__start", "session__end")
    return [
        OwnLane(session, provider, unit, int(start.timestamp()), int(end.timestamp()))
        for session, provider, unit, start, end in rows.order_by("start").distinct()
    ]


def restore_beside(left: Session, claims: Iterable[Claim], order: int) -> None:
    """Gives those of an order who stay the buffers that fell away beside a session that they left.

    These are the claims that it had until this moment, so nobody else can be in their time.
    """
    stay = Claim.objects.using(left._state.db).filter(
        session__bookings__order=order, session__bookings__freed_at=None, released_at=None
    )
    neighbours = list(stay.exclude(session=left).select_related("session__service").distinct())
    neighbours.sort(key=lambda claim: claim.start)
    for freed in claims if neighbours else ():
        free_from = freed.start
        for claim in neighbours:
            if (claim.provider_id, claim.unit) != (freed.provider_id, freed.unit):
                continue
            start, end = _with_buffers(claim.session)
            if claim.end == freed.start:
                claim.end = free_from = min(freed.end, end)
            elif claim.start == freed.end:
                claim.start = max(free_from, start)
            claim.save(using=claim._state.db, update_fields=["start", "end"])


def _with_buffers(session: Session) -> tuple[datetime, datetime]:
    before = timedelta(minutes=session.service.buffer_before)
    return session.start - before, session.end + timedelta(minutes=session.service.buffer_after)
