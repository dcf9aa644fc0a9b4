from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, router
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.availability.asking import LONGEST_WINDOW_DAYS, ask, moment, resolve
from bookable.availability.query import Asked
from bookable.availability.rulesets import guards_of
from bookable.bookings.actors import Actor, Role, acting_on, booking_for
from bookable.bookings.customers import customer_of, identified
from bookable.bookings.freeing.offering import question_for
from bookable.bookings.models import Booking, State, WaitingEntry
from bookable.bookings.steps.changing import BookingLike, found
from bookable.bookings.steps.locks import lock_guards
from bookable.catalog.models import Provider, Service
from bookable.errors import (
    EmptyPeriod,
    IllegalTransition,
    InvalidQuery,
    InvalidSeats,
    NotAllowed,
    NotFound,
    PeriodTooLong,
    TooLate,
)
from bookable.schedule.models import Session
from bookable.timeline import clock
from bookable.timeline.zones import DAY, to_datetime
from bookable.transactions import Stale, in_transaction


def join_waiting_list(
    service: Service | str | int,
    *,
    earliest: datetime,
    latest: datetime,
    customer: object = None,
    provider: Provider | str | int | None = None,
    seats: int = 1,
    booking: BookingLike | None = None,
    by: Any = None,
    using: str | None = None,
) -> WaitingEntry:
    """Waits for time that starts from `earliest` to `latest`, both included, with anybody or with
    one provider. Joining again for the same returns the entry that there is.

    With a `booking` of the same service, its customer waits for an earlier time, which it is
    moved to: `customer` and `seats` are the booking's then.
    """
    alias = using or router.db_for_write(WaitingEntry)
    wanted = resolve(Service, service, alias, _("service"))
    if wanted is None:
        raise NotFound(_("service"), service)
    low, high = _period(wanted, earliest, latest)
    if booking is None:
        moved, who = None, identified(customer, booking_for(by))
    else:
        moved = _to_move(booking, by, wanted, high, alias)
        who, seats = customer_of(moved.order), moved.seats
    serving = _checked(wanted, low, provider, seats, alias)
    wish = {
        "service_id": wanted.pk,
        "provider_id": serving.pk if serving else None,
        "earliest": to_datetime(low),
        "latest": to_datetime(high),
        "booking_id": moved.pk if moved else None,
    }
    key = _open_key(who.identity, *wish.values())
    columns = {**wish, "seats": seats, "created": clock.now(), **who.columns()}

    def work() -> WaitingEntry:
        rows = WaitingEntry.objects.using(alias)
        try:
            entry, is_new = rows.get_or_create(open_key=key, defaults=columns)
        except IntegrityError as error:
            raise Stale from error  # the entry that there was is closed by now
        if is_new:
            entry.service, entry.booking = wanted, moved  # as they are known already
            _make_guards(entry, low, alias)
        return entry

    return in_transaction(work, using=alias)


def _make_guards(entry: WaitingEntry, low: int, using: str) -> None:
    """Whoever leaves can lock what counts for an offer, but can't wait for it to be made."""
    question: Asked = {**question_for(entry), "using": using}
    lock_guards(guards_of(ask(entry.service, low, low + 1, needs=(), **question)), using=using)


def _period(service: Service, earliest: datetime, latest: datetime) -> tuple[int, int]:
    low, high = moment(service.zone, earliest), moment(service.zone, latest)
    if high < low:
        raise EmptyPeriod
    if high - low > LONGEST_WINDOW_DAYS * DAY:
        raise PeriodTooLong(LONGEST_WINDOW_DAYS)
    if to_datetime(high) <= clock.now():
        raise TooLate
    return low, high


def _to_move(booking: BookingLike, by: Any, service: Service, high: int, using: str) -> Booking:
    mine = found(booking, using)
    if _is_provider(acting_on(mine, by)):
        raise NotAllowed
    if mine.session.service_id != service.pk:
        raise NotFound(_("booking"), booking)
    if mine.state != State.CONFIRMED:
        raise IllegalTransition("join_waiting_list", State(mine.state).label)
    if to_datetime(high) >= mine.session.start:
        raise InvalidQuery(_("The latest start must come before that of the booking."))
    return mine


def _is_provider(actor: Actor) -> bool:
    return actor.role == Role.PROVIDER


def _checked(
    service: Service, low: int, provider: Provider | str | int | None, seats: int, using: str
) -> Provider | None:
    """Whom they wait for; refuses what could never be offered."""
    query = ask(service, low, low + 1, provider=provider, seats=seats, using=using)
    if query.refusals:
        raise InvalidQuery(query.refusals[0].text)
    most = service.capacity if seats <= service.capacity else _most_seats(service, using)
    if seats > most:
        raise InvalidSeats(
            ngettext("There is only %(count)d seat.", "There are only %(count)d seats.", most)
            % {"count": most}
        )
    return query.provider


def _most_seats(service: Service, using: str) -> int:
    """The largest session that the service has ahead, or would have."""
    ahead = Session.objects.using(using).filter(
        service=service, released_at=None, start__gt=clock.now()
    )
    largest = ahead.aggregate(most=Max("capacity"))["most"] or 0
    return max(service.capacity, largest)


def _open_key(*wish: object) -> str:
    """The same for the same wish of the same person, and no personal data."""
    return hashlib.sha256(":".join(map(str, wish)).encode()).hexdigest()
