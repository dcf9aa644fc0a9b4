"""Who serves in a booking."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from bookable.bookings.models import Booking
from bookable.catalog.models import Provider
from bookable.schedule.models import Claim

Rows = TypeVar("Rows", bound=QuerySet[Booking])


def serving(booking: Booking) -> list[Provider]:
    """Who and what is there for it, or was to be: those of its whole session, then its own."""
    over = booking.session.released_at
    claims = [
        claim
        for claim in booking.session.claims.all()
        if claim.released_at in (None, over) and claim.booking_id in (None, booking.pk)
    ]
    claims.sort(key=lambda claim: (claim.booking_id is not None, claim.pk))
    return list(dict.fromkeys(claim.provider for claim in claims))


def with_serving(bookings: Rows) -> Rows:
    """The same bookings, read so that `serving()` asks nothing more of the database."""
    claims = Claim.objects.select_related("provider")
    return bookings.select_related("session__service", "order").prefetch_related(
        Prefetch("session__claims", claims)
    )
