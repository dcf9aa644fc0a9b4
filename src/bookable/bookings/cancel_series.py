from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import router

from bookable.bookings.actors import acting_on
from bookable.bookings.cancel import cancel_locked
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.series_rest import SeriesLike, found_series, rest_of
from bookable.bookings.states import OPEN
from bookable.bookings.steps.locks import lock_bookings
from bookable.catalog.long_texts import refuse_long_texts
from bookable.transactions import in_transaction


def cancel_series(
    series: SeriesLike,
    *,
    since: datetime | None = None,
    by: Any = None,
    reason: str = "",
    comment: str = "",
    waive_fee: bool | None = None,
    using: str | None = None,
) -> list[Booking]:
    """Gives back what is left of a series from a moment on, each booking as it was agreed for it.

    What has begun stays. Returns the bookings that were cancelled, in order of their start.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    alias = using or router.db_for_write(Booking)
    which = rest_of(found_series(series, alias), since)

    def work() -> list[Booking]:
        rest = [one for one in lock_bookings(which, using=alias) if one.state in OPEN]
        rest.sort(key=lambda one: one.session.start)
        for one in rest:
            actor = acting_on(one, by)
            cancel_locked(one, actor, reason=reason, comment=comment, waive_fee=waive_fee)
        return rest

    return in_transaction(work, using=alias)
