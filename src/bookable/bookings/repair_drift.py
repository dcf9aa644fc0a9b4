from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import floor
from typing import Any

from django.db import router

from bookable.bookings.actors import Actor, staff_only
from bookable.bookings.find_drift import Drift, drift_of
from bookable.bookings.models import Booking
from bookable.bookings.refusing import slot_taken
from bookable.bookings.steps.changing import up_to_date
from bookable.bookings.steps.changing_sessions import SessionLike, found_session, lock_everybody_in
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_lanes_of, lock_sessions
from bookable.bookings.steps.rests import follow_rest
from bookable.bookings.steps.seats import free_lapsed_sessions, live_claims
from bookable.bookings.taking.writing import event_data
from bookable.catalog.following import follow
from bookable.errors import SlotTaken
from bookable.schedule.models import Claim, Session
from bookable.signals import booking_rescheduled
from bookable.timeline import clock
from bookable.timeline.zones import offset_at
from bookable.transactions import Stale, in_transaction


def repair_drift(session: SessionLike, *, by: Any = None, using: str | None = None) -> Session:
    """Moves a session to when its zone's clock shows by now what was agreed on.

    Nothing happens if it is there. Raises SlotTaken if somebody else has that time already, and
    then everything is as it was.
    """
    alias = using or router.db_for_write(Booking)
    actor = staff_only(by, "bookable.change_session")

    def work() -> Session:
        mine = _lock(found_session(session, alias), alias)
        bookings = lock_everybody_in(mine)
        drift = None if mine.released_at else drift_of(mine)
        if drift is not None:
            if _in_the_way(drift, alias):
                raise slot_taken(
                    follow(mine, "service"), drift.start, {"exclude": mine, "using": alias}
                )
            _move(drift, bookings, actor, alias)
        return mine

    return up_to_date(session, in_transaction(work, using=alias))


def repair_all(
    drifts: Iterable[Drift], *, by: Any = None, using: str | None = None
) -> list[tuple[Drift, SlotTaken]]:
    """Repairs all that can be; what is left, each with why.

    One that makes room goes before the one that needs it: where the clock is later now, the last
    of a day goes first.
    """
    left = sorted(drifts, key=_place_in_line)
    while True:
        refused: list[tuple[Drift, SlotTaken]] = []
        for drift in left:
            try:
                repair_drift(drift.session.uuid, by=by, using=using)
            except SlotTaken as error:
                refused.append((drift, error))
        if len(refused) in (0, len(left)):
            return refused
        left = [drift for drift, _error in refused]


def _place_in_line(drift: Drift) -> float:
    start = drift.start.timestamp()
    return -start if drift.shift > timedelta() else start


def _lock(known: Session, using: str) -> Session:
    """The session with its lanes, which are cleared of what has lapsed on them."""
    now, drift = clock.now(), drift_of(known)
    lanes = _lanes_of(known, using)
    lock_lanes_of(lanes, using=using, wait=True)
    others = [] if drift is None else _in_the_way(drift, using)
    lapsed = {one.session_id for one in others if one.expires_at and one.expires_at <= now}
    sessions = lock_sessions({known.pk, *lapsed}, using=using)
    mine = sessions[known.pk]
    is_as_known = (mine.start, mine.utc_offset) == (known.start, known.utc_offset)
    if not is_as_known or not _lanes_of(mine, using) <= lanes:
        raise Stale
    free_lapsed_sessions(sessions[key] for key in sorted(sessions))
    return mine


def _lanes_of(session: Session, using: str) -> set[int]:
    return set(live_claims([session.pk], using).values_list("provider", flat=True))


def _in_the_way(drift: Drift, using: str) -> list[Claim]:
    """Claims of others on the session's lanes at the time to which it moves."""
    own = list(live_claims([drift.session.pk], using))
    others = Claim.objects.using(using).filter(
        provider__in={claim.provider_id for claim in own},
        released_at=None,
        start__lt=max((claim.end for claim in own), default=drift.start) + drift.shift,
        end__gt=min((claim.start for claim in own), default=drift.start) + drift.shift,
    )
    return [
        other
        for other in others.exclude(session=drift.session)
        if any(_meets(other, claim, drift.shift) for claim in own)
    ]


def _meets(other: Claim, claim: Claim, shift: timedelta) -> bool:
    same_lane = (other.provider_id, other.unit) == (claim.provider_id, claim.unit)
    return same_lane and other.start < claim.end + shift and other.end > claim.start + shift


def _move(drift: Drift, bookings: Sequence[Booking], actor: Actor, using: str) -> None:
    session, shift = drift.session, drift.shift
    before = [event_data(booking) for booking in bookings]
    session.start, session.end = session.start + shift, session.end + shift
    session.utc_offset = offset_at(session.zone, floor(session.start.timestamp()))
    session.save(using=using, update_fields=["start", "end", "utc_offset", "modified"])
    for claim in live_claims([session.pk], using):
        claim.start, claim.end = claim.start + shift, claim.end + shift
        claim.save(using=using, update_fields=["start", "end"])
    for booking, data in zip(bookings, before, strict=True):
        record(
            booking,
            "repair_drift",
            actor,
            signal=booking_rescheduled,
            data={**event_data(booking), "before": data},
        )
        follow_rest(booking)
