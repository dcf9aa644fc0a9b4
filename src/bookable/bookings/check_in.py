from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from bookable.bookings.actors import acting_on
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.history import record
from bookable.errors import IllegalTransition, TooEarly, TooLate
from bookable.timeline import clock

#: So long before the start somebody may say that they are there.
OPENS_BEFORE = timedelta(minutes=60)


def check_in(booking: BookingLike, *, by: Any = None, using: str | None = None) -> Booking:
    """The customer is there, as they or somebody on the spot says.

    Raises TooEarly more than an hour before the start, TooLate for a customer once it is over, and
    IllegalTransition for what is not confirmed.
    """

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        if mine.checked_in_at is not None:
            return
        if mine.state != State.CONFIRMED:
            raise IllegalTransition("check_in", State(mine.state).label)
        now = clock.now()
        if now < mine.session.start - OPENS_BEFORE:
            raise TooEarly(_("It is too early to check in."))
        if actor.is_customer and now >= mine.session.end:
            raise TooLate(_("It is too late to check in."))
        mine.checked_in_at = now
        record(mine, "check_in", actor, fields=["checked_in_at"])

    return change(booking, work, using=using)
