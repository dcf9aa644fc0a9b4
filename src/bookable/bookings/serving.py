"""Who serves in a booking."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from bookable.bookings.models import Booking
from bookable.catalog.models import Provider
from bookable.schedule.models import Claim

Rows = TypeVar("Rows", bound=QuerySet[Booking])


def serving(booking: Booking) -> list[Provider]:
    """Who and what is there for it, or was to be: those of its whole session, then its own."""
    session = booking.session
    all_of_it = list(session.claims.all())
    shared = [
        claim
        for claim in all_of_it
        if claim.booking_id is None and claim.released_at in (None, session.released_at)
    ]
    own = _those_it_had_last([one for one in all_of_it if one.booking_id == booking.pk])
    by_key = attrgetter("pk")
    claims = sorted(shared, key=by_key) + sorted(own, key=by_key)
    return list(dict.fromkeys(claim.provider for claim in claims))


def _those_it_had_last(claims: Sequence[Claim]) -> list[Claim]:
    """Without those of seats that were given back earlier.

    They are released together, but with a running clock not at the moment at which the session is.
    """
    released = [claim.released_at for claim in claims]
    ended = [moment for moment in released if moment is not None]
    last = max(ended) if len(ended) == len(released) and ended else None
    return [claim for claim in claims if claim.released_at == last]


def with_serving(bookings: Rows) -> Rows:
    """The same bookings, read so that `serving()` asks nothing more of the database."""
    claims = Claim.objects.select_related("provider")
    return bookings.select_related("session__service", "order").prefetch_related(
        Prefetch("session__claims", claims)
    )
