from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import router
from django.db.models import F, Q

from bookable.availability.asking import LONGEST_WINDOW_DAYS
from bookable.availability.query import Asked
from bookable.availability.slots import slots
from bookable.bookings.asking import wish_for
from bookable.bookings.customers import customer_of
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
from bookable.jobs import work_through
from bookable.schedule.models import Session
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
    waiting = {entry.uuid: entry for entry in in_line(alias)}
    starts, asked = _Starts(waiting.values(), alias), set[Hashable]()

    def work(key: UUID) -> int:
        entry = waiting[key]
        who = (entry.service_id, customer_of(entry).identity)
        if who in asked or not _offer_one(entry, starts, alias):
            return 0
        asked.add(who)
        return 1

    failed = "Nothing could be offered for the entry %s"
    return work_through(waiting, work, failed=failed, limit=limit)


def _offer_one(entry: WaitingEntry, starts: _Starts, using: str) -> bool:
    """Whether there was something for this entry."""
    tried = set[datetime]()
    while len(tried) < _TRIES:
        start = next((one for one in starts.of(entry) if one not in tried), None)
        if start is None:
            return False
        tried.add(start)
        starts.forget()  # it is taken one way or another
        if _offer(entry, start, using):
            return True
    return False


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
        low, high = self._window(entry)
        key = (_question_key(entry), low, high)
        if key not in self._found:
            self._found[key] = self._look_up(entry, low, high)
        latest = entry.latest
        if entry.booking is not None:
            latest = min(latest, entry.booking.session.start - _SECOND)
        return [start for start in self._found[key] if entry.earliest <= start <= latest]

    def forget(self) -> None:
        """Something has changed: all is looked up anew."""
        self._found.clear()

    def _window(self, entry: WaitingEntry) -> tuple[datetime, datetime]:
        """The time of all who ask the same, or of this one alone where that is too long."""
        alike = self._alike[_question_key(entry)]
        low, high = min(one.earliest for one in alike), max(one.latest for one in alike)
        if high - low < timedelta(days=LONGEST_WINDOW_DAYS):
            return low, high
        return entry.earliest, entry.latest

    def _look_up(self, entry: WaitingEntry, low: datetime, high: datetime) -> list[datetime]:
        low, high = max(low, clock.now() + time_to_answer() + _SECOND), high + _SECOND
        if high <= low:
            return []
        question: Asked = {**question_for(entry), "using": self.using}
        if not _counts_for_each(entry):
            question["customer"] = None
        try:
            found = list(slots(entry.service, low, high, **question))
        except BookableError:
            return []  # what one of them asks for is not offered any more
        called_off = self._called_off(entry, low, high)
        return [one.start for one in found if one.session or one.start not in called_off]

    def _called_off(self, entry: WaitingEntry, low: datetime, high: datetime) -> set[datetime]:
        """When a session of the service was called off: nobody is offered another one then."""
        rows = Session.objects.using(self.using).filter(
            service=entry.service_id, start__gte=low, start__lt=high, called_off_at__isnull=False
        )
        return set(rows.values_list("start", flat=True))


def _question_key(entry: WaitingEntry) -> Hashable:
    who = customer_of(entry).identity if _counts_for_each(entry) else None
    return entry.service_id, entry.provider_id, entry.seats, entry.booking_id, who


def _counts_for_each(entry: WaitingEntry) -> bool:
    """Whether it matters who asks: some may have as many bookings as they are allowed."""
    return entry.booking_id is None and entry.service.max_per_customer is not None


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
