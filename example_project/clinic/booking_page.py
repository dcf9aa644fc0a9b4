"""What the page of a booking shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bookable.bookings.links import manage_token
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import terms_text
from bookable.bookings.request import needs_approval
from bookable.bookings.reschedule import refusal_by_terms
from bookable.bookings.serving import serving
from bookable.bookings.states import OPEN
from bookable.models import Booking, BookingEvent, OrderLine, Provider, State
from bookable.timeline import clock
from clinic.giving_back import together_with
from clinic.more_time import can_have_more_time
from clinic.paying import money_context

#: The question by which a service asks where to come to.
ADDRESS = "address"


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    event: BookingEvent
    zone: str


def booking_context(booking: Booking, token: str) -> dict[str, Any]:
    zone = zone_of(booking)
    others = booking.order.bookings.exclude(pk=booking.pk)
    siblings = others.select_related("session__service").order_by("session__start")
    return {
        **money_context(booking),
        "booking": booking,
        "service": booking.service,
        "state": booking.status,
        "token": token,
        "zone": zone,
        "people": people_of(booking),
        "lines": lines_of(booking),
        "cost": booking.cost,
        "terms": terms_of(booking),
        "needs_approval": needs_approval(booking),
        "why_not_moved": why_not_moved(booking),
        "can_have_more_time": can_have_more_time(booking),
        "together": together_with(booking),
        "is_visit": booking.service.questions.filter(slug=ADDRESS).exists(),
        "address": booking.answers.get(ADDRESS),
        "is_ahead": booking.session.start > clock.now(),
        "siblings": [(other, manage_token(other)) for other in siblings],
        "history": [Told(event, zone) for event in history_of(booking)],
    }


def zone_of(booking: Booking) -> str:
    """In which zone the customer reads times: their own where they chose it."""
    return booking.order.zone_or(booking.session.zone)


def people_of(booking: Booking) -> list[Provider]:
    """Those who are there, and not the rooms and things that are needed."""
    return [one for one in serving(booking) if one.kind == "person"]


def lines_of(booking: Booking) -> list[OrderLine]:
    lines = OrderLine.objects.filter(order=booking.order, reference=str(booking.uuid))
    return list(lines.select_related("order").order_by("pk"))


def history_of(booking: Booking) -> list[BookingEvent]:
    events = booking.history.select_related("by", "booking__order")
    # what the site does behind the scenes is nothing to read about
    return list(events.exclude(verb__in=["guard", "unguard"]))


def terms_of(booking: Booking) -> str:
    """What was agreed to, before it is confirmed; afterwards what cancelling would cost now."""
    if booking.status == State.CONFIRMED:
        return booking.cancellation_quote().text
    return terms_text(
        Agreed.read(booking.policy),
        total=booking.cost,
        start=booking.session.start,
        zone=zone_of(booking),
        at=clock.now(),
    )


def why_not_moved(booking: Booking) -> str | None:
    """Why the customer can't move it, if they can't."""
    if booking.status not in OPEN:
        return "There is nothing left to move."
    return refusal_by_terms(booking)
