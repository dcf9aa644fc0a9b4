from __future__ import annotations

from typing import Any

from django.db import router

from bookable.bookings.freeing.waiting import EntryLike, acting_for, lock_entry
from bookable.bookings.leave_waiting_list import give_up
from bookable.bookings.models import WaitingEntry, WaitingState
from bookable.bookings.steps.changing import up_to_date
from bookable.errors import NoOffer
from bookable.transactions import in_transaction


def decline_offer(entry: EntryLike, *, by: Any = None, using: str | None = None) -> WaitingEntry:
    """Doesn't want what was offered, and waits no longer; the next in line is asked.

    Raises NoOffer if nothing was offered, or if it was accepted.
    """
    alias = using or router.db_for_write(WaitingEntry)

    def work() -> WaitingEntry:
        mine, bookings = lock_entry(entry, alias)
        actor = acting_for(mine, by)
        if mine.state in (WaitingState.WAITING, WaitingState.ACCEPTED):
            raise NoOffer
        give_up(mine, bookings, actor)
        return mine

    return up_to_date(entry, in_transaction(work, using=alias))
