"""Holds any number of places as one order: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bookable.availability.asking import LONGEST_WINDOW_DAYS
from bookable.bookings.actors import Actor
from bookable.bookings.customers import Customer
from bookable.bookings.models import Booking, BookingEvent, Series, State
from bookable.bookings.steps.charging import charge
from bookable.bookings.steps.history import publish
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.idempotency import Request
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Place, Taken, Wish
from bookable.bookings.taking.writing import (
    Details,
    event_data,
    new_order,
    write_booking,
    write_claims,
    write_session,
)
from bookable.conf import settings
from bookable.errors import BookableError, InvalidMoney, InvalidQuery, PriceChanged
from bookable.money import total
from bookable.payments.models import Order
from bookable.signals import booking_held
from bookable.timeline import clock


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Everything about one order of holds."""

    wishes: Sequence[Wish]
    details: Sequence[Details]
    customer: Customer
    actor: Actor
    using: str
    minutes: float | None = None
    request: Request | None = None
    verb: str = "hold"
    series: Callable[[], Series] | None = field(default=None)


#: How often a reference is drawn that nobody has yet.
_TRIES = 3


#: Longer than anybody plans ahead.
_LONGEST = timedelta(days=LONGEST_WINDOW_DAYS)


def time_held(minutes: float | None) -> timedelta:
    """How long a place is held, by default as any is; InvalidQuery for what is no such time."""
    if minutes is None:
        return timedelta(minutes=settings.HOLD_MINUTES)
    # written so that “not a number”, which compares with nothing, is refused as well
    if not _is_number(minutes) or not 0 < minutes <= _LONGEST / timedelta(minutes=1):
        raise InvalidQuery(
            _("A place is held for some time, and for at most %(days)d days.")
            % {"days": _LONGEST.days}
        )
    return timedelta(minutes=minutes)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def hold_all(hold: Hold) -> Order:
    """The order of the bookings that were held."""
    return hold_bookings(hold)[0].order


def hold_bookings(hold: Hold) -> list[Booking]:
    """The bookings of one order; SlotTaken if one of them can't be had, and then none is."""
    _refuse_several_currencies(hold.wishes)
    time_held(hold.minutes)
    if earlier := _held_before(hold):
        return earlier
    for attempt in reversed(range(_TRIES)):
        try:
            return take(hold.wishes, lambda placing: _write(hold, placing), using=hold.using)
        except (BookableError, IntegrityError) as error:
            # the same request may have won the race against itself
            if earlier := _held_before(hold):
                return earlier
            # a reference that exists already is drawn anew
            if isinstance(error, BookableError) or not attempt:
                raise
    raise AssertionError


def _held_before(hold: Hold) -> list[Booking]:
    """What came of the same request when it was made before."""
    order = hold.request.earlier() if hold.request is not None else None
    if order is None:
        return []
    rows = Booking.objects.using(hold.using).filter(order=order)
    return list(rows.select_related("session__service", "order").order_by("pk"))


def _write(hold: Hold, placing: Placing) -> list[Booking]:
    until = clock.now() + time_held(hold.minutes)
    order = new_order(hold.customer, hold.wishes[0].service.currency, using=hold.using)
    series = hold.series() if hold.series is not None else None
    bookings = []
    for wish, details in zip(hold.wishes, hold.details, strict=True):
        place = _place(placing, wish)
        if place is None:
            continue
        _refuse_changed_price(place)
        session = write_session(place)
        booking = write_booking(
            place,
            session,
            order,
            details,
            state=State.HELD,
            expires_at=until,
            series=series,
            last_seq=1,
        )
        write_claims(placing, place, session, booking, until)
        if place.session is not None:
            settle(session)
        charge(booking, place.lines, service=wish.service)
        _tell(hold, wish, booking)
        bookings.append(booking)
    if hold.request is not None:
        hold.request.note(order)
    return bookings


def _place(placing: Placing, wish: Wish) -> Place | None:
    try:
        return placing.place(wish)
    except Taken:
        if not wish.is_optional:
            raise
        return None


def _tell(hold: Hold, wish: Wish, booking: Booking) -> None:
    event = BookingEvent(
        booking=booking,
        seq=1,
        at=clock.now(),
        verb=hold.verb,
        after=State.HELD,
        role=hold.actor.role,
        by_id=getattr(hold.actor.user, "pk", None),
        data=event_data(booking, override=sorted(wish.override)),
    )
    publish(event, booking_held, using=hold.using)


def _refuse_changed_price(place: Place) -> None:
    expected = place.wish.expected_price
    actual = total((line.total for line in place.lines), place.wish.service.currency)
    if expected is not None and expected != actual:
        raise PriceChanged(expected, actual)


def _refuse_several_currencies(wishes: Sequence[Wish]) -> None:
    first, *others = wishes
    for wish in others:
        if wish.service.currency != first.service.currency:
            raise InvalidMoney(
                f"{wish.service.currency} / {first.service.currency}: one order, one currency."
            )
