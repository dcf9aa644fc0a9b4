from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import reduce
from itertools import islice
from operator import or_
from uuid import UUID

from django.db import router
from django.db.models import Prefetch, Q, QuerySet

from bookable.bookings.actors import SYSTEM
from bookable.bookings.cancel_session import call_off
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing_sessions import with_session
from bookable.bookings.steps.minimums import is_past_deadline
from bookable.catalog.models import Service
from bookable.jobs import work_through
from bookable.schedule.models import Session
from bookable.timeline import clock


def decide_minimums(*, limit: int = 100, using: str | None = None) -> int:
    """A job: decides at the deadline of a class, once, whether it takes place. How many don't.

    Only confirmed seats count, not those that wait for an answer. Where those that were held before
    the deadline would make it enough, they are waited for.
    """
    alias = using or router.db_for_write(Booking)
    due = _due(alias).order_by("start", "pk")
    decidable = (one.uuid for one in due if _takes_place(one, one.bookings.all()) is not None)

    def work(key: UUID) -> int:
        return with_session(key, _decide, using=alias)

    failed = "It could not be decided whether the session %s takes place"
    return work_through(list(islice(decidable, limit)), work, failed=failed)


def _decide(session: Session, bookings: list[Booking]) -> bool:
    """Whether the locked session was called off."""
    takes_place = _takes_place(session, bookings) if _is_due(session) else None
    if takes_place is None:
        return False
    session.decided_at = clock.now()
    session.save(using=session._state.db, update_fields=["decided_at", "modified"])
    if not takes_place:
        call_off(session, bookings, SYSTEM, reason="minimum")
    return not takes_place


def _is_due(session: Session) -> bool:
    now = clock.now()
    is_open = session.released_at is None and session.decided_at is None and now < session.start
    return is_open and is_past_deadline(session, now)


def _takes_place(session: Session, bookings: Iterable[Booking]) -> bool | None:
    """None while it hangs on seats that are held."""
    firm = held = 0
    for one in bookings:
        if one.state == State.CONFIRMED:
            firm += one.seats
        elif one.state == State.HELD and not is_past_deadline(session, one.created):
            held += one.seats
    if firm < session.minimum <= firm + held:
        return None
    return firm >= session.minimum


def _due(using: str) -> QuerySet[Session]:
    """Classes whose deadline has come, with those who have a place in them."""
    now = clock.now()
    services = Service.objects.using(using).order_by()
    deadlines = services.values_list("minimum_deadline", flat=True).distinct()
    has_come = (
        Q(service__minimum_deadline=minutes, start__lte=now + timedelta(minutes=minutes))
        for minutes in deadlines
    )
    undecided = Session.objects.using(using).filter(
        reduce(or_, has_come, Q(pk__in=())),
        released_at=None,
        decided_at=None,
        start__gt=now,
        minimum__gt=1,
    )
    standing = Booking.objects.using(using).with_place()
    return undecided.select_related("service").prefetch_related(Prefetch("bookings", standing))
