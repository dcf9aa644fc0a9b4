from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db import router

from bookable.availability.overriding import as_far_as_known
from bookable.availability.query import Asked
from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.asking import checked_override, wish_for
from bookable.bookings.customers import customer_if_known
from bookable.bookings.models import Booking, State
from bookable.bookings.moving.wishes import kept_of
from bookable.bookings.states import OPEN
from bookable.bookings.steps.changing import BookingLike, found, up_to_date
from bookable.bookings.steps.charging import charge, cost_of
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.details import refuse_more_names
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Place, Wish
from bookable.bookings.taking.writing import event_data, write_claims, write_session
from bookable.errors import HoldExpired, IllegalTransition, TooLate
from bookable.money import Money
from bookable.timeline import clock


def add_seats(
    booking: BookingLike,
    seats: int,
    *,
    by: Any = None,
    override: Collection[str] = (),
    expected_price: Money | None = None,
    attendees: Collection[str] = (),
    using: str | None = None,
) -> Booking:
    """So many seats more for a booking, in the session in which it is, at today's price.

    `attendees` are the names for the new seats, `expected_price` is what these cost. Raises
    SlotTaken if there is no room, PriceChanged, HoldExpired, and TooLate to a customer once it has
    begun.
    """
    refuse_more_names(attendees, seats)
    alias = using or router.db_for_write(Booking)
    wishes: list[Wish] = []
    where: dict[int, int] = {}  # the booking's session, which may be another one at the next try

    def read() -> None:
        known = found(booking, alias)
        actor = acting_on(known, by)
        checked_override(actor, override)
        check_seats_can_change(known, actor, "add_seats")
        wishes[:] = [replace(_wish(known, seats, override), expected_price=expected_price)]
        where[known.pk] = known.session_id

    def write(placing: Placing) -> Booking:
        [mine] = lock_bookings_of(where, placing.sessions, using=alias)
        actor = acting_on(mine, by)
        check_seats_can_change(mine, actor, "add_seats")
        place = placing.place(wishes[0])
        if mine.is_lapsed:
            raise HoldExpired  # a moment ago, and its seats may have been swept with the others
        _add(mine, place, placing, actor, attendees)
        return mine

    return up_to_date(
        booking, take(wishes, write, using=alias, before=read, leaving=where.values())
    )


def check_seats_can_change(booking: Booking, actor: Actor, verb: str) -> None:
    """Refuses what stands no more, and a customer once it has begun."""
    if booking.is_lapsed or (booking.state == State.HELD and booking.freed_at is not None):
        raise HoldExpired
    if booking.state not in OPEN:
        raise IllegalTransition(verb, State(booking.state).label)
    if actor.is_customer and booking.session.start <= clock.now():
        raise TooLate


def _add(
    booking: Booking, place: Place, placing: Placing, actor: Actor, attendees: Collection[str]
) -> None:
    before, cost = event_data(booking), cost_of(booking)
    session = write_session(place)
    booking.seats += place.query.seats
    booking.attendees = [*booking.attendees, *attendees]
    charge(booking, place.lines, service=place.wish.service, seats=place.query.seats)
    price, override = (cost_of(booking) - cost).amount, sorted(place.wish.override)
    data = event_data(booking, before=before, price=price, override=override)
    record(booking, "add_seats", actor, data=data, fields=["seats", "attendees"])
    write_claims(placing, place, session, booking, None)
    settle(session)


def _wish(booking: Booking, seats: int, override: Collection[str]) -> Wish:
    """Further seats of the booking's own session, and of no other one."""
    service, session = booking.service, booking.session
    asked: Asked = {
        "seats": seats,
        "duration": booking.asked.get("duration"),
        "customer": customer_if_known(booking.order),
    }
    using = booking._state.db or "default"
    wish = wish_for(service, session.start, None, asked, using, override=override)
    # it stays one booking, however many a customer may have
    waived = as_far_as_known(["customer_limit"], service.rule_set)
    # the length goes with the session, whatever is offered by now
    kept = kept_of(booking)._replace(extras=())
    return replace(wish, within=session.pk, waived=waived, kept=kept)
