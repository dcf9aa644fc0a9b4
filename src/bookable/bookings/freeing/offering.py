"""Hands a place that became free to the next in line, as a hold, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookable.availability.asking import ask
from bookable.availability.choose import choose_in, price_lines_of
from bookable.availability.query import Asked
from bookable.availability.rulesets import guards_of
from bookable.bookings.actors import SYSTEM
from bookable.bookings.asking import question_of, wish_for
from bookable.bookings.customers import customer_of
from bookable.bookings.models import Booking, BookingEvent, State, WaitingEntry, WaitingState
from bookable.bookings.steps.charging import charge
from bookable.bookings.steps.history import publish
from bookable.bookings.steps.locks import lock_free_guards
from bookable.bookings.steps.seats import live_claims, settle
from bookable.bookings.taking.placing import Placing
from bookable.bookings.taking.wishes import Place
from bookable.bookings.taking.writing import (
    Details,
    event_data,
    new_order,
    write_booking,
    write_claims,
    write_session,
)
from bookable.catalog.following import follow
from bookable.conf import settings
from bookable.errors import BookableError, IllegalTransition
from bookable.schedule.models import Session
from bookable.signals import booking_held, send_after_commit, time_offered
from bookable.timeline import clock
from bookable.transactions import for_update

#: So many entries are tried for one that nobody else is just being offered something for.
_LOOK_AT = 20

#: When a lane, a provider and a unit, is free, in epoch seconds.
Lanes = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Freed:
    """What somebody left: room in a session that goes on, or the lanes of one that is released.

    To everybody else the lanes are taken until the commit, so they can be given away without a
    lock on their providers.
    """

    booking: Booking
    session: Session
    lanes: Lanes


def pass_on(freed: Freed | None) -> None:
    """Offers what became free to those who wait for it, first come first served.

    What nobody is offered is free for all. So is what starts before an answer could be waited for.
    """
    if freed is None or freed.session.start - clock.now() <= time_to_answer():
        return
    while freed.session.seats_left > 0:
        found = _next_in_line(freed)
        if found is None:
            return
        entry, place = found
        placing = Placing([place.wish], using=place.query.using)
        booking = write_offer(entry, place, placing)
        settle(booking.session, without=[freed.booking.pk])
        freed = replace(freed, session=booking.session)


def close_offer(booking: Booking) -> None:
    """A hold that was offered ended without being accepted: its entry is closed."""
    if booking.asked.get("waiting"):
        _offered(booking).update(state=WaitingState.LAPSED, open_key=None, modified=clock.now())


def accept_offers(bookings: Iterable[Booking]) -> None:
    """Holds that were offered became promises: their entries are closed.

    What is offered to somebody who has a booking already was not charged, and can only be moved to.
    """
    for booking in bookings:
        if not booking.asked.get("waiting"):
            continue
        if _offered(booking).exclude(booking=None).exists():
            raise IllegalTransition("confirm", State(booking.state).label)
        _offered(booking).update(state=WaitingState.ACCEPTED, open_key=None, modified=clock.now())


def in_line(using: str) -> QuerySet[WaitingEntry]:
    """Those who wait and can be told, in the order in which they came.

    Nobody is offered a second time of a service while they have not answered for the first.
    """
    waiting = WaitingEntry.objects.using(using).filter(state=WaitingState.WAITING)
    known = waiting.exclude(user=None, email="", phone="")
    free = known.exclude(Exists(_offers_to_the_same(using)))
    related = free.select_related("service", "user", "booking__session", "booking__order")
    return related.order_by("pk")


def question_for(entry: WaitingEntry) -> Asked:
    """What somebody who waits asks for; whoever moves up asks what they did for their booking.

    No limit of a customer's bookings counts for them, as they won't have one more.
    """
    provider = entry.provider_id
    if entry.booking is not None:
        return question_of(entry.booking, {"provider": provider, "customer": None, "exclude": None})
    return {"provider": provider, "seats": entry.seats, "customer": customer_of(entry)}


def write_offer(entry: WaitingEntry, place: Place, placing: Placing) -> Booking:
    """Holds a place, found under the locks, for an entry that is locked and still waits.

    The caller settles the session.
    """
    using, until = placing.using, clock.now() + time_to_answer()
    session = write_session(place)
    booking = write_booking(
        place,
        session,
        new_order(customer_of(entry), place.wish.service.currency, using=using),
        Details(source="waiting list"),
        state=State.HELD,
        expires_at=until,
        last_seq=1,
    )
    booking.asked["waiting"] = str(entry.uuid)
    booking.save(using=using, update_fields=["asked"])
    write_claims(placing, place, session, booking, until)
    if entry.booking_id is None:
        charge(booking, place.lines, service=place.wish.service)
    entry.state, entry.offer = WaitingState.OFFERED, booking
    entry.save(using=using, update_fields=["state", "offer", "modified"])
    _tell(entry, booking, using)
    return booking


def still_waits(entry: WaitingEntry, *, wait: bool) -> bool:
    """Locks an entry; without `wait`, one that somebody else has locked counts as gone."""
    rows = WaitingEntry.objects.using(entry._state.db)
    still = for_update(rows.filter(pk=entry.pk, state=WaitingState.WAITING), wait=wait)
    return bool(list(still.values_list("pk")))


def time_to_answer() -> timedelta:
    """How long an offer stands."""
    return timedelta(minutes=settings.OFFER_MINUTES)


def _offered(booking: Booking) -> QuerySet[WaitingEntry]:
    entries = WaitingEntry.objects.using(booking._state.db)
    return entries.filter(offer=booking, state=WaitingState.OFFERED)


def _offers_to_the_same(using: str) -> QuerySet[WaitingEntry]:
    """What the person of the entry around is being offered of its service."""
    by_email = Q(email=OuterRef("email")) & ~Q(email="")
    by_phone = Q(phone=OuterRef("phone"), email="") & ~Q(phone="")
    return WaitingEntry.objects.using(using).filter(
        Q(user=OuterRef("user")) | by_email | by_phone,
        state=WaitingState.OFFERED,
        service=OuterRef("service"),
    )


def _next_in_line(freed: Freed) -> tuple[WaitingEntry, Place] | None:
    session, using = freed.session, freed.session._state.db or "default"
    gone = {provider for provider, _unit in freed.lanes}
    staying = live_claims([session.pk], using).values("provider")
    fitting = in_line(using).filter(
        Q(provider=None) | Q(provider__in=gone) | Q(provider__in=staying),
        Q(booking=None, seats__lte=session.seats_left)
        | Q(
            booking__seats__lte=session.seats_left,
            booking__state=State.CONFIRMED,
            booking__session__start__gt=session.start,
        ),
        service=session.service_id,
        earliest__lte=session.start,
        latest__gte=session.start,
    )
    for entry in fitting[:_LOOK_AT]:
        place = _place(entry, freed)
        if place is not None and still_waits(entry, wait=False):
            return entry, place
    return None


def _place(entry: WaitingEntry, freed: Freed) -> Place | None:
    """The place as the entry would take it; None if today's rules don't let anybody have it, or if
    somebody else is just counting what they count. The job comes back to those."""
    session, using = freed.session, freed.session._state.db or "default"
    is_over = session.released_at is not None
    try:
        wish = wish_for(follow(session, "service"), session.start, None, question_for(entry), using)
        query = ask(wish.service, wish.at, wish.at + 1, **wish.asked)
        if not lock_free_guards(guards_of(query), using=using):
            return None
        choice = choose_in(replace(query, left=freed.lanes), join=not is_over)
    except BookableError:
        return None  # what somebody else asks for can't keep anybody from leaving
    if choice is None or choice.session != (None if is_over else session):
        return None
    lines = price_lines_of(query, choice)
    joined = None if is_over else session
    return Place(wish=wish, query=query, choice=choice, lines=lines, session=joined)


def _tell(entry: WaitingEntry, booking: Booking, using: str) -> None:
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
