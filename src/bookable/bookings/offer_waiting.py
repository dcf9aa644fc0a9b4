from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import router
from django.db.models import F, Q

from bookable.availability.asking import LONGEST_WINDOW_DAYS
from bookable.availability.query import Asked
from bookable.availability.slots import slots
from bookable.bookings.asking import wish_for
from bookable.bookings.freeing.offering import (
    in_line,
    question_for,
    still_waits,
    time_to_answer,
    write_offer,
)
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.bookings.models import State, WaitingEntry, WaitingState
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Wish
from bookable.errors import BookableError, NoOffer
from bookable.timeline import clock

#: So many starts are tried for one entry before it is left to the next run.
_TRIES = 3
_SECOND = timedelta(seconds=1)


def offer_waiting(*, limit: int = 100, using: str | None = None) -> int:
    """A job: offers those who wait what is free by now without anybody having left: new hours, a
    session that staff opened, a hold that ran out. The oldest first; how many offers were made.
    """
    alias = using or router.db_for_write(WaitingEntry)
    _close_outdated(alias)
    waiting, made = list(in_line(alias)), 0
    starts = _Starts(waiting, alias)
    for entry in waiting:
        if made >= limit:
            break
        made += any(_offer(entry, start, alias) for start in starts.of(entry)[:_TRIES])
    return made


class _Starts:
    """Free starts, looked up once for all who ask the same."""

    def __init__(self, waiting: Iterable[WaitingEntry], using: str) -> None:
        self.using = using
        self._alike: dict[Hashable, list[WaitingEntry]] = defaultdict(list)
        for entry in waiting:
            self._alike[_question_key(entry)].append(entry)
        self._found: dict[Hashable, list[datetime]] = {}

    def of(self, entry: WaitingEntry) -> Sequence[datetime]:
        """Those that would do for this entry."""
        key = _question_key(entry)
        if key not in self._found:
            self._found[key] = self._look_up(entry, self._alike[key])
        latest = entry.latest
        if entry.booking is not None:
            latest = min(latest, entry.booking.session.start - _SECOND)
        return [start for start in self._found[key] if entry.earliest <= start <= latest]

    def _look_up(self, entry: WaitingEntry, alike: Sequence[WaitingEntry]) -> list[datetime]:
        soonest = clock.now() + time_to_answer() + _SECOND
        low = max(soonest, min(one.earliest for one in alike))
        high = max(one.latest for one in alike) + _SECOND
        high = min(high, low + timedelta(days=LONGEST_WINDOW_DAYS))
        if high <= low:
            return []
        try:
            question: Asked = {**question_for(entry), "customer": None, "using": self.using}
            return [slot.start for slot in slots(entry.service, low, high, **question)]
        except BookableError:
            return []  # what one of them asks for is not offered any more


def _question_key(entry: WaitingEntry) -> Hashable:
    return entry.service_id, entry.provider_id, entry.seats, entry.booking_id


def _offer(entry: WaitingEntry, start: datetime, using: str) -> bool:
    """Whether the start was still free, and is held for the entry now."""
    try:
        wish = wish_for(entry.service, start, None, question_for(entry), using)
        take([wish], lambda placing: _write(entry, wish, placing), using=using)
    except BookableError:
        return False
    return True


def _write(entry: WaitingEntry, wish: Wish, placing: Placing) -> None:
    place = placing.place(wish)
    if not still_waits(entry, wait=True):
        raise NoOffer
    booking = write_offer(entry, place, placing)
    settle(booking.session)


def _close_outdated(using: str) -> None:
    """Those whose time has passed, and those whose booking can't be moved up any more."""
    rows = WaitingEntry.objects.using(using)
    is_settled = Q(booking__isnull=False) & (
        ~Q(booking__state=State.CONFIRMED) | Q(booking__session__start__lte=F("earliest"))
    )
    waiting = rows.filter(state=WaitingState.WAITING)
    outdated = waiting.filter(Q(latest__lte=clock.now()) | is_settled).values_list("pk", flat=True)
    rows.filter(pk__in=list(outdated), state=WaitingState.WAITING).update(
        state=WaitingState.LAPSED, open_key=None, modified=clock.now()
    )
    offered = rows.filter(is_settled, state=WaitingState.OFFERED)
    for entry in offered:
        leave_waiting_list(entry, using=using)
