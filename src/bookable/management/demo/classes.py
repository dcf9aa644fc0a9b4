"""Classes that are open in the demo, and who is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.models import WaitingEntry
from bookable.bookings.open_session import open_session
from bookable.catalog.models import Service
from bookable.errors import SlotTaken
from bookable.management.demo.customers import customer_for
from bookable.management.demo.days import SATURDAY, THURSDAY, at, days_ahead
from bookable.management.demo.taking import take
from bookable.schedule.models import Session

#: Who comes to the classes, one after the other: some, nobody, all but one.
GROUPS = ((2, 1, 2), (), (4, 3, 4))


def load_classes() -> None:
    yoga = Service.objects.get(slug="yoga")
    for number, start in enumerate(_starts(yoga, THURSDAY, hour=18)):
        groups = GROUPS[number % len(GROUPS)]
        session = _open(yoga, start)
        if session is not None:
            _fill(session, groups)
            _let_wait(session)
    spinning = Service.objects.get(slug="spinning")
    for start in _starts(spinning, SATURDAY, hour=9):
        session = _open(spinning, start)
        if session is not None:
            _fill(session, (1, 2))


def _open(service: Service, start: datetime) -> Session | None:
    """The session if it is new; nothing if there was one, or if something is in the way."""
    if service.sessions.filter(start=start).exists():
        return None
    try:
        return open_session(service, start)
    except SlotTaken:
        return None


def _fill(session: Session, groups: tuple[int, ...]) -> None:
    for number, seats in enumerate(groups):
        key = f"{session.service.slug} {session.start:%Y-%m-%d} {number}"
        take(key, session.service, session.start, seats=seats)


def _let_wait(session: Session) -> None:
    """Two who would come together wait for a class with one seat left."""
    session.refresh_from_db(fields=["seats_taken"])
    if (
        session.seats_left == 1
        and not WaitingEntry.objects.filter(
            service=session.service, earliest=session.start
        ).exists()
    ):
        who = customer_for(f"waiting {session.start:%Y-%m-%d}")
        join_waiting_list(
            session.service, earliest=session.start, latest=session.start, customer=who, seats=2
        )


def _starts(service: Service, weekday: int, *, hour: int) -> Iterator[datetime]:
    """The next three weeks' starts on this weekday, from tomorrow on."""
    for day in days_ahead(21, service.zone):
        if day.weekday() == weekday:
            yield at(service.zone, day, hour)
