"""Seats in a session and the claims that keep its lanes. The session is locked by the caller."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bookable.bookings.models import Booking, State
from bookable.errors import HoldExpired
from bookable.schedule.models import Claim, Session
from bookable.timeline import clock


class _Standing(NamedTuple):
    state: str
    is_guarded: bool
    expires_at: datetime | None

    @property
    def lasts(self) -> bool:
        """Whether it has its place until somebody decides otherwise."""
        return self.state != State.HELD or self.is_guarded


def take_seats(session: Session, seats: int) -> None:
    """So many seats more are taken; the room for them was asked for under the lock."""
    session.seats_taken += seats
    _save(session, "seats_taken")


def give_up_place(booking: Booking) -> None:
    """The booking's seats and its own claims are free; the session and its claims stay."""
    if booking.freed_at is not None:
        return
    now = clock.now()
    booking.freed_at = now
    booking.session.seats_taken -= booking.seats
    _save(booking.session, "seats_taken")
    own_claims([booking.pk], booking._state.db).update(released_at=now)


def keep_places(bookings: Sequence[Booking]) -> None:
    """The claims of these bookings last from now on; HoldExpired if some are gone already."""
    using, now = bookings[0]._state.db, clock.now()
    for session in {booking.session_id: booking.session for booking in bookings}.values():
        mine = [booking.pk for booking in bookings if booking.session_id == session.pk]
        live = live_claims([session.pk], using)
        live = live.filter(Q(booking=None) | Q(booking__in=mine))
        valid = live.filter(Q(expires_at=None) | Q(expires_at__gt=now))
        if session.released_at is not None or valid.update(expires_at=None) == 0:
            raise HoldExpired


def settle(session: Session, *, without: Collection[int] = ()) -> None:
    """Makes the session's claims last exactly as long as somebody has a place in it.

    One whom everybody left is released, unless staff opened it. `without` are bookings that are
    just leaving and are not written yet.
    """
    if session.released_at is not None:
        return
    bookings = Booking.objects.using(session._state.db).filter(session=session, freed_at=None)
    standing = [
        _Standing(*row)
        for row in bookings.exclude(pk__in=without).values_list("state", "is_guarded", "expires_at")
    ]
    if not standing and not session.opened_by_staff:
        release(session)
        return
    _set_deadline(session, standing)


def release(session: Session) -> None:
    """The session is over before it began: all its lanes are free."""
    session.released_at = clock.now()
    _save(session, "released_at")
    live_claims([session.pk], session._state.db).update(released_at=session.released_at)


def seats_of(bookings: Collection[int], session: Session) -> int:
    """How many seats of a session these bookings have."""
    rows = Booking.objects.using(session._state.db).filter(session=session, freed_at=None)
    return sum(rows.filter(pk__in=bookings).values_list("seats", flat=True))


def free_lapsed_seats(session: Session) -> None:
    """Takes back the seats of holds that have run out; their bookings expire when a job comes."""
    using = session._state.db
    lapsed = Booking.objects.using(using).filter(session=session, freed_at=None).lapsed()
    found = dict(lapsed.values_list("pk", "seats"))
    if not found:
        return
    now = clock.now()
    Booking.objects.using(using).filter(pk__in=found).update(freed_at=now)
    own_claims(found, using).update(released_at=now)
    session.seats_taken -= sum(found.values())
    _save(session, "seats_taken")


def free_lapsed_sessions(sessions: Iterable[Session]) -> None:
    """Releases sessions all of whose holds have run out; they are locked."""
    for session in sessions:
        if session.released_at is None and not session.opened_by_staff:
            free_lapsed_seats(session)
            if session.seats_taken == 0:
                release(session)


def live_claims(sessions: Iterable[int], using: str | None) -> QuerySet[Claim]:
    """The claims of these sessions that were not released."""
    return Claim.objects.using(using).filter(session__in=sessions, released_at=None)


def _set_deadline(session: Session, standing: list[_Standing]) -> None:
    lasts = session.opened_by_staff or any(one.lasts for one in standing)
    ends = [one.expires_at for one in standing if one.expires_at is not None]
    until = None if lasts else max(ends)
    claims = live_claims([session.pk], session._state.db)
    claims.filter(booking=None).exclude(Q(expires_at=until)).update(expires_at=until)
    held = Booking.objects.filter(pk=OuterRef("booking"), state=State.HELD, is_guarded=False)
    claims.filter(booking__isnull=False).update(expires_at=Subquery(held.values("expires_at")))


def own_claims(bookings: Iterable[int], using: str | None) -> QuerySet[Claim]:
    """The live claims that serve the seats of these bookings only."""
    return Claim.objects.using(using).filter(booking__in=bookings, released_at=None)


def _save(session: Session, field: str) -> None:
    session.save(using=session._state.db, update_fields=[field, "modified"])
