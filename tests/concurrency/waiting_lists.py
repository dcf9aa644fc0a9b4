"""Those who wait are offered what others leave, accept it, move up, and wait again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.customers import Customer
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.guard import unguard
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.bookings.models import Booking, State, WaitingEntry, WaitingState
from bookable.bookings.offer_waiting import offer_waiting
from bookable.catalog.models import Service
from bookable.testing.blows import any_booking, somebody
from bookable.testing.hammer import Blow, NothingToDo
from bookable.timeline import clock

_MINUTE = timedelta(minutes=1)
_OPEN = (WaitingState.WAITING, WaitingState.OFFERED)


def joining(
    services: Sequence[Service],
    times: Sequence[datetime],
    who: Callable[[random.Random], Customer] = somebody,
) -> Blow:
    """Somebody waits for one of these starts or those after it, or a booking for those before."""

    def join(chance: random.Random) -> None:
        booking = any_booking(chance, state=State.CONFIRMED) if chance.random() < 0.4 else None
        service = chance.choice(services) if booking is None else booking.service
        latest = chance.choice(times) if booking is None else booking.session.start - _MINUTE
        join_waiting_list(
            service,
            earliest=times[0],
            latest=latest,
            customer=who(chance),
            seats=chance.randint(1, min(2, service.capacity)),
            booking=booking,
        )

    return join


def answering(chance: random.Random) -> None:
    """One of those who have an offer accepts it, or declines."""
    entry = _any_entry(chance, WaitingState.OFFERED)
    (accept_offer if chance.random() < 0.8 else decline_offer)(entry)


def leaving(chance: random.Random) -> None:
    leave_waiting_list(_any_entry(chance, *_OPEN))


def running_out(chance: random.Random) -> None:
    """Somebody has thought about an offer for too long."""
    entry = _any_entry(chance, WaitingState.OFFERED)
    if entry.offer is None:
        raise NothingToDo
    unguard(entry.offer, clock.now())


def looking(_chance: random.Random) -> None:
    if not offer_waiting(limit=3):
        raise NothingToDo


def verdict() -> None:
    """Whoever has an offer has a place, whoever accepted has a booking, and all others neither."""
    for entry in WaitingEntry.objects.select_related("offer", "booking"):
        offer, state = entry.offer, entry.state
        if state == WaitingState.OFFERED:
            assert offer is not None, entry.pk
            assert offer.state == State.HELD, (entry.pk, offer.state)
        if state == WaitingState.ACCEPTED:
            assert offer is not None, entry.pk
            ended = offer.events.filter(reason="swapped").exists()
            assert ended == (entry.booking_id is not None), entry.pk
        if state not in _OPEN:
            assert entry.open_key is None, entry.pk
            assert state == WaitingState.ACCEPTED or not _stands(offer), entry.pk


def _stands(offer: Booking | None) -> bool:
    return offer is not None and offer.state == State.CONFIRMED


def _any_entry(chance: random.Random, *states: WaitingState) -> WaitingEntry:
    found = list(WaitingEntry.objects.filter(state__in=states).order_by("-pk")[:20])
    if not found:
        raise NothingToDo
    return chance.choice(found)
