"""Runs a verb on a booking that exists: locked in the agreed order, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import router
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from bookable.bookings.asking import booking_key
from bookable.bookings.models import Booking
from bookable.bookings.steps.locks import lock_bookings
from bookable.errors import NotFound
from bookable.transactions import in_transaction

M = TypeVar("M", bound=Model)
T = TypeVar("T")
BookingLike = Booking | UUID | str


def change(
    booking: BookingLike, work: Callable[[Booking], object], *, using: str | None
) -> Booking:
    """The booking after the work; the instance that was given is brought up to date."""
    alias = using or router.db_for_write(Booking)

    def locked() -> Booking:
        bookings = lock_bookings(Q(**booking_key(booking)), using=alias)
        if not bookings:
            raise NotFound(_("booking"), booking)
        work(bookings[0])
        return bookings[0]

    return up_to_date(booking, in_transaction(locked, using=alias))


def change_order(
    booking: BookingLike, work: Callable[[Booking, list[Booking]], object], *, using: str | None
) -> Booking:
    """The same for work on all bookings of the order, which are held and confirmed together."""
    alias = using or router.db_for_write(Booking)

    def locked() -> Booking:
        mine = found(booking, alias)
        bookings = lock_bookings(Q(order=mine.order_id), using=alias)
        fresh = next(one for one in bookings if one.pk == mine.pk)
        work(fresh, bookings)
        return fresh

    return up_to_date(booking, in_transaction(locked, using=alias))


def found(booking: BookingLike, using: str) -> Booking:
    """The booking as it is now, with its session, its service and its order; not locked."""
    rows = Booking.objects.using(using).select_related("session__service", "order")
    one = rows.filter(**booking_key(booking)).first()
    if one is None:
        raise NotFound(_("booking"), booking)
    return one


def up_to_date(given: M | UUID | str, fresh: M) -> M:
    """The given instance with the fresh values, or the fresh one."""
    if isinstance(given, UUID | str):
        return fresh
    for column in fresh._meta.concrete_fields:
        setattr(given, column.attname, getattr(fresh, column.attname))
    given._state.fields_cache.update(fresh._state.fields_cache)
    given._state.db = fresh._state.db
    return given
