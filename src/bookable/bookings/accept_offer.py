from __future__ import annotations

from typing import Any

from django.db import router

from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.confirm import confirm
from bookable.bookings.freeing.leaving import free_place
from bookable.bookings.freeing.offering import pass_on
from bookable.bookings.freeing.waiting import EntryLike, close, found_entry, is_held, lock_entry
from bookable.bookings.models import Booking, State, WaitingEntry, WaitingState
from bookable.bookings.moving.bookings import asked_anew
from bookable.bookings.request import needs_approval, request
from bookable.bookings.steps.changing import found, up_to_date
from bookable.bookings.steps.history import change_state, record
from bookable.bookings.steps.rests import follow_rest
from bookable.bookings.steps.seats import keep_places, own_claims
from bookable.bookings.taking.writing import event_data
from bookable.errors import HoldExpired, IllegalTransition, NoOffer
from bookable.signals import booking_rescheduled
from bookable.timeline import clock
from bookable.transactions import in_transaction


def accept_offer(entry: EntryLike, *, by: Any = None, using: str | None = None) -> Booking:
    """Takes what was offered: the hold is confirmed, or requested where approval is needed.

    Whoever waited for an earlier time is moved there, however often and late they may move it
    otherwise, and their old time goes to the next in line. Raises HoldExpired if the offer has run
    out, NoOffer if there is none, and what `confirm()` raises.
    """
    alias = using or router.db_for_write(WaitingEntry)
    known = found_entry(entry, alias)
    accept = _take if known.booking_id is None else _move_up
    booking = accept(known, by, alias)
    up_to_date(entry, found_entry(entry, alias))
    return booking


def _take(entry: WaitingEntry, by: Any, using: str) -> Booking:
    if entry.offer is None or entry.state == WaitingState.LEFT:
        raise NoOffer
    offer = found(entry.offer, using)
    if entry.state == WaitingState.ACCEPTED:
        acting_on(offer, by)
        return offer
    verb = request if needs_approval(offer) else confirm
    return verb(offer, by=by, using=using)


def _move_up(entry: WaitingEntry, by: Any, using: str) -> Booking:
    def work() -> Booking:
        mine, bookings = lock_entry(entry, using)
        booking, offer = bookings[mine.booking_id or 0], bookings.get(mine.offer_id or 0)
        actor = acting_on(booking, by)
        if mine.state == WaitingState.ACCEPTED:
            return booking
        if offer is None or mine.state == WaitingState.LEFT:
            raise NoOffer
        if mine.state == WaitingState.LAPSED or not is_held(offer):
            raise HoldExpired
        _refuse_unfit(mine, booking, offer)
        close(mine, WaitingState.ACCEPTED)
        _swap(booking, offer, actor)
        return booking

    return in_transaction(work, using=using)


def _refuse_unfit(entry: WaitingEntry, booking: Booking, offer: Booking) -> None:
    """Booking and hold may have changed since, each by itself."""
    if booking.state != State.CONFIRMED:
        raise IllegalTransition("accept_offer", State(booking.state).label)
    is_wanted = entry.earliest <= offer.session.start <= entry.latest
    is_earlier = offer.session.start < booking.session.start
    if not (is_wanted and is_earlier and offer.seats == booking.seats):
        raise NoOffer


def _swap(booking: Booking, offer: Booking, actor: Actor) -> None:
    """The booking takes over the place of the hold, seats and claims, and leaves its own."""
    before = event_data(booking)
    keep_places([offer])
    offer.freed_at = clock.now()
    change_state(offer, "cancel", State.CANCELLED, actor, reason="swapped")
    freed = free_place(booking)
    own_claims([offer.pk], offer._state.db).update(booking=booking)
    booking.session, booking.freed_at = offer.session, None
    booking.proposed_start = booking.checked_in_at = None
    booking.asked = asked_anew(booking, offer.asked_again())
    record(
        booking,
        "accept_offer",
        actor,
        signal=booking_rescheduled,
        data={**event_data(booking), "before": before},
        fields=["session", "proposed_start", "checked_in_at", "asked"],
    )
    follow_rest(booking)
    pass_on(freed)
