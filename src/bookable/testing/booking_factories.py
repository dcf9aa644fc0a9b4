"""Makes bookings and what hangs on them, as rows, whatever the rules would say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bookable.bookings.customers import Customer
from bookable.bookings.models import (
    Booking,
    BookingEvent,
    BookingExtra,
    Guard,
    IdempotencyKey,
    Series,
    State,
    WaitingEntry,
)
from bookable.bookings.references import new_reference
from bookable.bookings.states import ENDED
from bookable.catalog.models import Extra, Provider, Service
from bookable.conf import settings
from bookable.payments.models import LineKind, Order, OrderLine
from bookable.schedule.models import Session
from bookable.testing.factories import make_session
from bookable.timeline import clock

_numbers = count(1)

#: The verbs by which a booking comes to its state, each with the state after it.
PATHS: dict[str, Sequence[tuple[str, State]]] = {
    State.HELD: [("hold", State.HELD)],
    State.REQUESTED: [("hold", State.HELD), ("request", State.REQUESTED)],
    State.CONFIRMED: [("hold", State.HELD), ("confirm", State.CONFIRMED)],
    State.COMPLETED: [
        ("hold", State.HELD),
        ("confirm", State.CONFIRMED),
        ("complete", State.COMPLETED),
    ],
    State.NO_SHOW: [
        ("hold", State.HELD),
        ("confirm", State.CONFIRMED),
        ("mark_no_show", State.NO_SHOW),
    ],
    State.CANCELLED: [("hold", State.HELD), ("cancel", State.CANCELLED)],
    State.DECLINED: [
        ("hold", State.HELD),
        ("request", State.REQUESTED),
        ("decline", State.DECLINED),
    ],
    State.EXPIRED: [("hold", State.HELD), ("expire", State.EXPIRED)],
}


def make_customer(name: str = "Cleo", **fields: Any) -> Customer:
    """A guest with an address of their own."""
    return Customer(name=name, **{"email": f"customer-{next(_numbers)}@example.com", **fields})


def make_order(customer: Customer | None = None, **fields: Any) -> Order:
    who = customer or make_customer()
    return Order.objects.create(**{"currency": "EUR", **who.columns(), **fields})


def make_order_line(order: Order, amount: int = 1000, **fields: Any) -> OrderLine:
    defaults = {
        "created": clock.now(),
        "owner": "booking",
        "reference": "",
        "kind": LineKind.SERVICE,
        "label": "Consultation",
        "unit_amount": amount,
    }
    return OrderLine.objects.create(order=order, **{**defaults, **fields})


def make_booking(
    service: Service,
    start: datetime,
    *providers: Provider,
    state: str = State.CONFIRMED,
    session: Session | None = None,
    customer: Customer | None = None,
    order: Order | None = None,
    seats: int = 1,
    price: int | None = None,
    **fields: Any,
) -> Booking:
    """A booking with its session and claims, its order and its history.

    With `session=` it joins one that exists.
    """
    ends, until = state in ENDED, _deadline(state)
    if session is None:
        session = make_session(
            service,
            start,
            *providers,
            seats_taken=0 if ends else seats,
            expires_at=until,
            released_at=clock.now() if ends else None,
        )
        session.claims.update(released_at=session.released_at)
    elif not ends:
        session.seats_taken += seats
        session.save(update_fields=["seats_taken"])
    booking = Booking.objects.create(
        **{
            "reference": new_reference(service),
            "session": session,
            "order": order or make_order(customer, currency=service.currency),
            "state": state,
            "seats": seats,
            "expires_at": until,
            "freed_at": clock.now() if ends else None,
            "created": clock.now(),
            **fields,
        }
    )
    _charge(booking, service.price if price is None else price)
    _tell(booking)
    return booking


def make_booking_extra(booking: Booking, extra: Extra, quantity: int = 1) -> BookingExtra:
    return BookingExtra.objects.create(
        booking=booking, extra=extra, quantity=quantity, unit_amount=extra.price
    )


def make_booking_event(booking: Booking, verb: str = "note", **fields: Any) -> BookingEvent:
    """The next event; the booking stays as it is."""
    booking.last_seq += 1
    booking.save(update_fields=["last_seq"])
    defaults = {
        "seq": booking.last_seq,
        "at": clock.now(),
        "before": booking.state,
        "after": booking.state,
        "role": "system",
    }
    return BookingEvent.objects.create(booking=booking, verb=verb, **{**defaults, **fields})


def make_series(service: Service, start: datetime, **fields: Any) -> Series:
    defaults = {"rule": "FREQ=WEEKLY;COUNT=4", "zone": service.zone}
    return Series.objects.create(service=service, start=start, **{**defaults, **fields})


def make_waiting_entry(
    service: Service, earliest: datetime, latest: datetime, **fields: Any
) -> WaitingEntry:
    number = next(_numbers)
    defaults = {
        "name": f"Waiting {number}",
        "email": f"waiting-{number}@example.com",
        "open_key": f"waiting-{number}",
    }
    return WaitingEntry.objects.create(
        service=service, earliest=earliest, latest=latest, **{**defaults, **fields}
    )


def make_guard(key: str = "service:1") -> Guard:
    return Guard.objects.create(key=key)


def make_idempotency_key(order: Order, key: str = "key", **fields: Any) -> IdempotencyKey:
    defaults = {"scope": "user:1", "verb": "hold", "fingerprint": "", "created": clock.now()}
    return IdempotencyKey.objects.create(order=order, key=key, **{**defaults, **fields})


def _deadline(state: str) -> datetime | None:
    if state != State.HELD:
        return None
    return clock.now() + timedelta(minutes=settings.HOLD_MINUTES)


def _charge(booking: Booking, amount: int) -> None:
    if amount:
        make_order_line(booking.order, amount, reference=str(booking.uuid), quantity=booking.seats)


def _tell(booking: Booking) -> None:
    before: str = ""
    for seq, (verb, after) in enumerate(PATHS[booking.state], start=1):
        BookingEvent.objects.create(
            booking=booking,
            seq=seq,
            at=clock.now(),
            verb=verb,
            before=before,
            after=after,
            role="system",
            data={
                "session": str(booking.session.uuid),
                "start": booking.session.start.isoformat(),
                "seats": booking.seats,
            },
        )
        before = after
    booking.last_seq = len(PATHS[booking.state])
    booking.save(update_fields=["last_seq"])
