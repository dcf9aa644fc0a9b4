"""Runs a verb on a session that exists, locked with everybody who has a place in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from bookable.bookings.models import Booking
from bookable.bookings.states import OPEN
from bookable.bookings.steps.locks import lock_bookings_of, lock_sessions
from bookable.bookings.steps.seats import free_lapsed_seats
from bookable.errors import NotFound
from bookable.schedule.models import Session
from bookable.transactions import in_transaction

T = TypeVar("T")
SessionLike = Session | UUID | str


def with_session(
    session: SessionLike, work: Callable[[Session, list[Booking]], T], *, using: str
) -> T:
    """What the work makes of the session and of the open bookings in it."""

    def locked() -> T:
        key = found_session(session, using).pk
        mine = lock_sessions([key], using=using)[key]
        return work(mine, lock_everybody_in(mine))

    return in_transaction(locked, using=using)


def found_session(session: SessionLike, using: str) -> Session:
    """The session as it is now, with its service; not locked."""
    rows = Session.objects.using(using).select_related("service")
    one = rows.filter(**_key(session)).first()
    if one is None:
        raise NotFound(_("session"), session)
    return one


def lock_everybody_in(session: Session) -> list[Booking]:
    """The open bookings of a locked session; the seats of holds that have run out are freed."""
    using = session._state.db or "default"
    free_lapsed_seats(session)
    staying = Booking.objects.using(using).filter(session=session, freed_at=None, state__in=OPEN)
    known = dict(staying.values_list("pk", "session_id"))
    return lock_bookings_of(known, {session.pk: session}, using=using)


def _key(session: SessionLike) -> dict[str, Any]:
    if isinstance(session, Session):
        return {"pk": session.pk}
    try:
        return {"uuid": UUID(str(session))}
    except ValueError as error:
        raise NotFound(_("session"), session) from error
