from __future__ import annotations

from typing import Any

from django.db import router

from bookable.bookings.actors import Actor
from bookable.bookings.cancel import cancel_locked
from bookable.bookings.freeing.waiting import EntryLike, acting_for, close, lock_entry
from bookable.bookings.models import Booking, State, WaitingEntry, WaitingState
from bookable.bookings.steps.changing import up_to_date
from bookable.transactions import in_transaction


def leave_waiting_list(
    entry: EntryLike, *, by: Any = None, using: str | None = None
) -> WaitingEntry:
    """Waits no longer. What was just offered is given back, and the next in line is asked."""
    alias = using or router.db_for_write(WaitingEntry)

    def work() -> WaitingEntry:
        mine, bookings = lock_entry(entry, alias)
        give_up(mine, bookings, acting_for(mine, by))
        return mine

    return up_to_date(entry, in_transaction(work, using=alias))


def give_up(entry: WaitingEntry, bookings: dict[int, Booking], actor: Actor) -> None:
    """Closes an entry that is locked with its bookings, unless it is closed already."""
    if entry.state not in (WaitingState.WAITING, WaitingState.OFFERED):
        return
    close(entry, WaitingState.LEFT)
    offer = bookings.get(entry.offer_id or 0)
    if offer is not None and offer.state == State.HELD:
        cancel_locked(offer, actor, reason="offer_declined")
