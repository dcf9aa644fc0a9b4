"""Writes what was found under the locks: the session, its claims, the booking, what it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bookable.availability.query import Query
from bookable.bookings.customers import Customer
from bookable.bookings.models import Booking, BookingExtra
from bookable.bookings.policies import TermsRequest, terms
from bookable.bookings.references import new_reference
from bookable.bookings.steps.minimums import decided_when_made
from bookable.bookings.steps.seats import take_seats
from bookable.bookings.taking.placing import Placing
from bookable.bookings.taking.wishes import Place
from bookable.catalog.models import Channel
from bookable.money import total
from bookable.payments.models import Order
from bookable.schedule.models import Claim, Session
from bookable.timeline import clock
from bookable.timeline.zones import offset_at


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a customer says beyond the time; it changes nothing about what is free."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    attendees: Collection[str] = ()
    note: str = ""
    source: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


def new_order(customer: Customer, currency: str, *, using: str) -> Order:
    """An order without lines, with all that is kept about the customer."""
    order = Order(currency=currency, created=clock.now(), **customer.columns())
    order.save(using=using, force_insert=True)
    return order


def event_data(booking: Booking, **more: object) -> dict[str, object]:
    """What an event says about the booking's place, so that its history can be replayed."""
    place = {
        "session": str(booking.session.uuid),
        "start": booking.session.start.isoformat(),
        "seats": booking.seats,
    }
    return {**place, **{name: value for name, value in more.items() if value}}


def write_session(place: Place) -> Session:
    """The joined session with the seats counted, or a new one without its claims."""
    seats = place.query.seats
    if place.session is not None:
        take_seats(place.session, seats)
        return place.session
    service = place.wish.service
    return new_session(place, seats_taken=seats, capacity=service.capacity, minimum=service.minimum)


def new_session(place: Place, **columns: Any) -> Session:
    """A session of its own, without its claims; how many it is for comes with the columns."""
    service, choice = place.wish.service, place.choice
    channel = channel_of(place.query)
    session = Session(
        service_id=service.pk,
        start=choice.start,
        end=choice.end,
        zone=service.zone,
        utc_offset=offset_at(service.zone, place.wish.at),
        channel=channel,
        location_id=choice.place if channel == Channel.IN_PERSON else None,
        created=clock.now(),
        **columns,
    )
    # as it is known already, though perhaps from another alias
    session._state.fields_cache["service"] = service
    session.decided_at = decided_when_made(session)
    session.save(using=place.query.using, force_insert=True)
    return session


def write_claims(
    placing: Placing,
    place: Place,
    session: Session,
    booking: Booking | None,
    until: datetime | None,
) -> None:
    """Takes the lanes of the choice, those of single seats for the booking alone.

    Without a booking these are not taken yet.
    """
    buffers = _Buffers(place, placing)
    rows = [
        Claim(
            session=session,
            provider_id=lane.provider.pk,
            unit=lane.unit,
            booking=booking if lane.per_seat else None,
            start=start,
            end=end,
            expires_at=until,
        )
        for lane in place.choice.lanes
        if booking is not None or not lane.per_seat
        for start, end in [buffers.around(lane.provider.pk, lane.unit)]
    ]
    Claim.objects.using(place.query.using).bulk_create(rows)
    placing.keep(session, place.choice)


def write_booking(
    place: Place, session: Session, order: Order, details: Details, **columns: Any
) -> Booking:
    """The booking with its extras and all that was agreed; its state comes with the columns."""
    query, service = place.query, place.wish.service
    amount = total((line.total for line in place.lines), service.currency)
    request = TermsRequest(
        service=service,
        start=session.start,
        total=amount,
        seats=query.seats,
        customer=query.customer,
    )
    booking = Booking(
        reference=new_reference(service),
        session=session,
        order=order,
        seats=query.seats,
        channel=query.channel or session.channel,
        policy={**terms().agree(request), "approval": approval_of(place)},
        asked=asked_for(query),
        created=clock.now(),
        **{**asdict(details), "attendees": list(details.attendees)},
        **columns,
    )
    booking.save(using=query.using, force_insert=True)
    write_extras(booking, query)
    return booking


def write_extras(booking: Booking, query: Query) -> None:
    rows = [
        BookingExtra(booking=booking, extra_id=extra.pk, quantity=quantity, unit_amount=extra.price)
        for extra, quantity in query.extras
    ]
    if rows:
        BookingExtra.objects.using(query.using).bulk_create(rows)


def channel_of(query: Query) -> str:
    """The way to meet that was asked for, or the first that the service has."""
    return query.channel or query.service.channels[0]


def approval_of(place: Place) -> dict[str, Any]:
    service = place.wish.service
    return {"needed": service.requires_approval, "minutes": service.respond_by}


def asked_for(query: Query) -> dict[str, Any]:
    """What of the question is asked again when the booking is moved."""
    asked = {
        "provider": query.provider.pk if query.provider else None,
        "duration": query.duration,
        "channel": query.channel,
        "place": query.place.pk if query.place else None,
    }
    return {name: value for name, value in asked.items() if value is not None}


class _Buffers:
    """Within one visit the buffers between sessions on the same lane fall away."""

    def __init__(self, place: Place, placing: Placing) -> None:
        self.begins, self.ends = place.choice.start, place.choice.end
        self.earliest = self.begins - timedelta(seconds=place.query.before)
        self.latest = self.ends + timedelta(seconds=place.query.after)
        self._own = {(lane.provider, lane.unit) for lane in placing.visit}
        self._sessions = {lane.session for lane in placing.visit}
        self._using = placing.using

    def around(self, provider: int, unit: int) -> tuple[datetime, datetime]:
        """Where the claim begins and ends; the customer's own ones beside it make room for it."""
        start, end = self.earliest, self.latest
        if (provider, unit) not in self._own:
            return start, end
        mine = Claim.objects.using(self._using).filter(
            session__in=self._sessions, provider=provider, unit=unit, released_at=None
        )
        for claim in mine.filter(session__end__lte=self.begins, end__gt=start):
            self._make_room(claim, claim.start, min(claim.end, self.begins))
            start = max(start, claim.end)
        for claim in mine.filter(session__start__gte=self.ends, start__lt=end):
            self._make_room(claim, max(claim.start, self.ends), claim.end)
            end = min(end, claim.start)
        return start, end

    def _make_room(self, claim: Claim, start: datetime, end: datetime) -> None:
        if (claim.start, claim.end) != (start, end):
            claim.start, claim.end = start, end
            claim.save(using=claim._state.db, update_fields=["start", "end"])
