"""What is given back together: the holds of one order, as they are confirmed together too."""

from __future__ import annotations

from django.db import transaction

from bookable.bookings.actors import Actor
from bookable.bookings.quoting import Quote
from bookable.models import Booking, State
from bookable.money import total


def together_with(booking: Booking) -> list[Booking]:
    """The booking itself or, while it is only held, all that its order holds, in their order."""
    if booking.status != State.HELD:
        return [booking]
    rows = booking.order.bookings.select_related("session__service", "order")
    held = [one for one in rows.order_by("session__start") if one.status == State.HELD]
    return held or [booking]  # it may have run out this very moment


def quote_of(bookings: list[Booking]) -> Quote:
    """What it would cost to cancel all of them, in the words of the first."""
    quotes = [booking.cancellation_quote() for booking in bookings]
    currency = quotes[0].fee.currency
    return Quote(
        refund=total((quote.refund for quote in quotes), currency),
        fee=total((quote.fee for quote in quotes), currency),
        deadline=quotes[0].deadline,
        text=quotes[0].text,
    )


def cancel_all(bookings: list[Booking], *, by: Actor, comment: str) -> None:
    """All of them or none."""
    with transaction.atomic():
        for booking in bookings:
            booking.cancel(by=by, comment=comment)
