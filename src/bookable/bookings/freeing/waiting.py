"""An entry of the waiting list: found, locked with what is offered for it, and acted for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from bookable.bookings.actors import SYSTEM, Actor, Role
from bookable.bookings.models import Booking, State, WaitingEntry, WaitingState
from bookable.bookings.steps.locks import lock_bookings
from bookable.errors import NotAllowed, NotFound
from bookable.transactions import Stale, for_update

EntryLike = WaitingEntry | UUID | str


def found_entry(entry: EntryLike, using: str) -> WaitingEntry:
    """The entry as it is now; not locked."""
    rows = WaitingEntry.objects.using(using).select_related("offer")
    one = rows.filter(**_key(entry)).first()
    if one is None:
        raise NotFound(_("entry of the waiting list"), entry)
    return one


def lock_entry(entry: EntryLike, using: str) -> tuple[WaitingEntry, dict[int, Booking]]:
    """The entry with its booking and the hold that is offered for it, all locked and by key.

    Bookings come before the entries that wait for them.
    """
    known = found_entry(entry, using)
    keys = {known.booking_id, known.offer_id} - {None}
    bookings = lock_bookings(Q(pk__in=keys), using=using) if keys else []
    locked = for_update(WaitingEntry.objects.using(using).filter(pk=known.pk)).get()
    if {locked.booking_id, locked.offer_id} - {None} != keys:
        raise Stale
    return locked, {booking.pk: booking for booking in bookings}


def acting_for(entry: WaitingEntry, by: Any) -> Actor:
    """In which role somebody touches an entry; NotAllowed for those who have none."""
    if by is None or isinstance(by, Actor):
        return by or SYSTEM
    if by.is_active and by.has_perm("bookable.change_booking"):
        return Actor(Role.STAFF, by)
    if by.is_active and entry.user_id is not None and entry.user_id == by.pk:
        return Actor(Role.CUSTOMER, by)
    raise NotAllowed


def close(entry: WaitingEntry, state: WaitingState) -> None:
    """The entry is locked, and waits for nothing any more."""
    entry.state, entry.open_key = state, None
    entry.save(using=entry._state.db, update_fields=["state", "open_key", "modified"])


def is_held(offer: Booking) -> bool:
    """Whether the place that was offered can still be had."""
    return offer.state == State.HELD and offer.freed_at is None and not offer.is_lapsed


def _key(entry: EntryLike) -> dict[str, Any]:
    if isinstance(entry, WaitingEntry):
        return {"pk": entry.pk}
    try:
        return {"uuid": UUID(str(entry))}
    except ValueError as error:
        raise NotFound(_("entry of the waiting list"), entry) from error
