"""What the visitor holds just now, remembered in their session: it is theirs, so not taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from bookable.bookings.actors import GUEST, Actor, Role
from bookable.errors import BookingRefused, SeriesConflict, SlotTaken
from bookable.models import Booking, Service, State

_KEY = "holds"


def own_holds(request: HttpRequest, service: Service) -> list[Booking]:
    """The visitor's holds of a service that have not run out."""
    known = request.session.get(_KEY, [])
    if not known:
        return []
    rows = Booking.objects.filter(uuid__in=known, state=State.HELD, session__service=service)
    held = rows.with_place().select_related("session__service", "order")
    return list(held.order_by("session__start"))


def hold_instead(
    request: HttpRequest, service: Service, take: Callable[[], list[Booking]]
) -> list[Booking]:
    """Takes something new and gives back what was held before of the same service.

    The old is given back first only if it stands in the way itself, and is as it was if the new
    can't be had either way.
    """
    earlier = own_holds(request, service)
    try:
        taken = take()
    except (SlotTaken, SeriesConflict):
        if not earlier:
            raise
        taken = _swap(earlier, take)
    keys = {booking.pk for booking in taken}
    _give_back(booking for booking in earlier if booking.pk not in keys)
    request.session[_KEY] = [str(booking.uuid) for booking in taken]
    return taken


def actor_for(request: HttpRequest, booking: Booking) -> Actor:
    """Whoever has the link acts as the customer, with their account if it is theirs."""
    user: Any = request.user
    is_theirs = user.is_authenticated and booking.order.user_id == user.pk
    return Actor(Role.CUSTOMER, user) if is_theirs else GUEST


def _swap(earlier: list[Booking], take: Callable[[], list[Booking]]) -> list[Booking]:
    """Both or nothing: whoever gives something back for this gets it, or keeps what they had."""
    with transaction.atomic():
        _give_back(earlier)
        return take()


def _give_back(bookings: Iterable[Booking]) -> None:
    for booking in bookings:
        try:
            booking.cancel(by=GUEST)
        except BookingRefused:
            continue  # it has run out this very moment
