"""The rows that a verb locks, always in this order, each kind by key:

guards, services, providers, sessions, bookings, orders, payments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet

from bookable.bookings.models import Booking, Guard
from bookable.catalog.models import Provider
from bookable.payments.models import Order
from bookable.prepared import Prepared
from bookable.schedule.models import Session
from bookable.transactions import Stale, for_update


def lock_guards(keys: Collection[str], *, using: str) -> None:
    """Waits for everybody else who counts the same; makes the rows that are not there yet."""
    if not keys:
        return
    rows = for_update(Guard.objects.using(using).filter(key__in=keys).order_by("key"))
    missing = set(keys) - {guard.key for guard in rows}
    if missing:
        _make_guards(missing, using=using)
        list(rows.all())


def lock_free_guards(keys: Collection[str], *, using: str) -> bool:
    """Whether all of these are locked now, without having waited for anybody.

    For those who have locked other rows already: guards come first, so they may not be waited for.
    """
    if not keys or not connections[using].features.has_select_for_update:
        return True
    rows = Guard.objects.using(using).filter(key__in=keys).order_by("key")
    return {guard.key for guard in for_update(rows, wait=False)} == set(keys)


def _make_guards(keys: Collection[str], *, using: str) -> None:
    """Rows that somebody else has just made are written over.

    Merely to be refused would leave a shared lock on them with MariaDB, and two who have one and
    want the row for themselves are in a deadlock.
    """
    has_target = connections[using].features.supports_update_conflicts_with_target
    Guard.objects.using(using).bulk_create(
        [Guard(key=key) for key in sorted(keys)],
        update_conflicts=True,
        update_fields=["key"],
        unique_fields=["key"] if has_target else None,
    )


def lock_lanes_of(keys: Collection[int], *, using: str, wait: bool) -> set[int]:
    """The providers among these that are locked now; without `wait`, those nobody else has."""
    return {key for (key,) in _lane_rows(using, sorted(keys), wait=wait)}


@Prepared
def _lane_rows(using: str, keys: Collection[int], *, wait: bool) -> QuerySet[Any, Any]:
    rows = Provider.objects.using(using).filter(pk__in=keys).order_by("pk")
    return for_update(rows, wait=wait).values_list("pk")


def lock_sessions(keys: Collection[int], *, using: str) -> dict[int, Session]:
    """The sessions as they are now."""
    if not keys:
        return {}
    rows = Session.objects.using(using).filter(pk__in=keys).order_by("pk")
    return {session.pk: session for session in for_update(rows)}


def lock_bookings(which: Q, *, using: str) -> list[Booking]:
    """These bookings with their sessions and orders, all as they are now.

    Raises Stale if one of them was moved while its session was waited for.
    """
    known = dict(Booking.objects.using(using).filter(which).values_list("pk", "session_id"))
    sessions = lock_sessions(set(known.values()), using=using)
    return lock_bookings_of(known, sessions, using=using)


def lock_bookings_of(
    known: Mapping[int, int], sessions: Mapping[int, Session], *, using: str
) -> list[Booking]:
    """The bookings of these keys, whose sessions (the values) are locked already."""
    rows = Booking.objects.using(using).filter(pk__in=known).order_by("pk")
    bookings = list(for_update(rows))
    if any(known[booking.pk] != booking.session_id for booking in bookings):
        raise Stale
    orders = _lock_orders({booking.order_id for booking in bookings}, using=using)
    for booking in bookings:
        booking.session = sessions[booking.session_id]
        booking.order = orders[booking.order_id]
    return bookings


def _lock_orders(keys: set[int], *, using: str) -> dict[int, Order]:
    rows = for_update(Order.objects.using(using).filter(pk__in=keys).order_by("pk"))
    return {order.pk: order for order in rows}
