"""Hands a place that became free to the next in line, as a hold, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q

from bookable.availability.asking import ask
from bookable.availability.choose import Choice, price_lines_of
from bookable.bookings.actors import SYSTEM
from bookable.bookings.charging import charge
from bookable.bookings.customers import Customer, customer_of
from bookable.bookings.history import publish
from bookable.bookings.locks import for_update
from bookable.bookings.models import Booking, BookingEvent, State, WaitingEntry, WaitingState
from bookable.bookings.placing import Place, Wish
from bookable.bookings.seats import own_claims, take_seats
from bookable.bookings.writing import Details, event_data, new_order, write_booking
from bookable.conf import settings
from bookable.schedule.models import Claim, Session
from bookable.signals import booking_held, send_after_commit, time_offered
from bookable.timeline import clock

#: So many entries are tried for one that nobody else is just being offered something for.
_LOOK_AT = 20


class Freed(NamedTuple):
    """What one booking leaves behind in a session that goes on."""

    seats: int
    lanes: tuple[tuple[int, int], ...]  # (provider, unit) that served these seats only


def freed_by(booking: Booking) -> Freed:
    """What will be free once this booking leaves, though its session stays."""
    if booking.session.capacity == 1:
        return Freed(booking.seats, ())
    claims = own_claims([booking.pk], booking._state.db)
    return Freed(booking.seats, tuple(claims.values_list("provider", "unit")))


def offer_place(session: Session, freed: Freed) -> None:
    """Offers the free seats of a locked session to those who wait for them, first come first."""
    if session.start - clock.now() <= timedelta(minutes=settings.OFFER_MINUTES):
        return
    while session.seats_left > 0:
        entry = _next_in_line(session, freed)
        if entry is None:
            return
        _offer(entry, session, freed)
        if freed.lanes:
            return  # no more of the lanes that every seat needs can be locked by now


def close_offer(booking: Booking) -> None:
    """A hold that was offered ended without being accepted: its entry is closed."""
    _close(booking, WaitingState.LAPSED)


def accept_offers(bookings: Iterable[Booking]) -> None:
    """Holds that were offered became promises: their entries are closed."""
    for booking in bookings:
        _close(booking, WaitingState.ACCEPTED)


def _close(booking: Booking, state: WaitingState) -> None:
    if booking.asked.get("waiting"):
        entries = WaitingEntry.objects.using(booking._state.db).filter(offer=booking)
        entries.filter(state=WaitingState.OFFERED).update(state=state, open_key=None)


def _next_in_line(session: Session, freed: Freed) -> WaitingEntry | None:
    using = session._state.db
    serving = Claim.objects.using(using).filter(session=session, released_at=None, booking=None)
    waiting = WaitingEntry.objects.using(using).filter(
        Q(provider=None) | Q(provider__in=serving.values("provider")),
        Q(booking=None)
        | Q(booking__session__start__gt=session.start, booking__state=State.CONFIRMED),
        service=session.service_id,
        state=WaitingState.WAITING,
        earliest__lte=session.start,
        latest__gte=session.start,
        seats__lte=session.seats_left,
    )
    if freed.lanes:
        waiting = waiting.filter(seats=freed.seats)
    for key in waiting.order_by("pk").values_list("pk", flat=True)[:_LOOK_AT]:
        # locked by itself: a database without OF would lock whatever is joined to it
        still = WaitingEntry.objects.using(using).filter(pk=key, state=WaitingState.WAITING)
        entry = for_update(still, wait=False).first()
        if entry is not None:
            return entry
    return None


def _offer(entry: WaitingEntry, session: Session, freed: Freed) -> None:
    using, customer = entry._state.db or "default", customer_of(entry)
    until = clock.now() + timedelta(minutes=settings.OFFER_MINUTES)
    place = _place(entry, session, customer)
    take_seats(session, entry.seats)
    booking = write_booking(
        place,
        session,
        new_order(customer, session.service.currency, using=using),
        Details(source="waiting list"),
        state=State.HELD,
        expires_at=until,
        last_seq=1,
    )
    booking.asked["waiting"] = str(entry.uuid)
    booking.save(using=using, update_fields=["asked"])
    _take_lanes(booking, freed)
    if entry.booking_id is None:
        charge(booking, place.lines, service=session.service)
    entry.state, entry.offer = WaitingState.OFFERED, booking
    entry.save(using=using, update_fields=["state", "offer", "modified"])
    event = BookingEvent(
        booking=booking,
        seq=1,
        at=clock.now(),
        verb="offer",
        after=State.HELD,
        role=SYSTEM.role,
        data=event_data(booking),
    )
    publish(event, booking_held, using=using)
    send_after_commit(time_offered, WaitingEntry, using=using, entry=entry, booking=booking)


def _place(entry: WaitingEntry, session: Session, customer: Customer) -> Place:
    start = session.start
    wish = Wish(service=session.service, start=start, asked={"seats": entry.seats})
    query = ask(
        session.service, wish.at, wish.at + 1, seats=entry.seats, customer=customer,
        using=session._state.db,
    )  # fmt: skip
    serving = set(_serving(session))
    leaders = (one.provider for one in query.needs[0].candidates) if query.needs else iter(())
    leader = next((one for one in leaders if one.pk in serving), None)
    choice = Choice(
        start=start,
        end=session.end,
        lanes=(),
        session=session,
        leader=leader,
        contested=False,
        place=session.location_id,
    )
    lines = price_lines_of(query, choice)
    return Place(wish=wish, query=query, choice=choice, lines=lines, session=session)


def _serving(session: Session) -> Iterable[int]:
    claims = Claim.objects.using(session._state.db).filter(session=session, released_at=None)
    return claims.values_list("provider", flat=True)


def _take_lanes(booking: Booking, freed: Freed) -> None:
    """The lanes that the one before had for these seats, which nobody else can have taken yet."""
    session = booking.session
    before = timedelta(minutes=session.service.buffer_before)
    after = timedelta(minutes=session.service.buffer_after)
    rows = [
        Claim(
            session=session,
            booking=booking,
            provider_id=provider,
            unit=unit,
            start=session.start - before,
            end=session.end + after,
            expires_at=booking.expires_at,
        )
        for provider, unit in freed.lanes
    ]
    Claim.objects.using(session._state.db).bulk_create(rows)
