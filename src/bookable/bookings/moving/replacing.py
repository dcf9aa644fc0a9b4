"""Gives a session that stays at its time to whoever is free then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bookable.availability.overriding import OFF_GRID, as_far_as_known
from bookable.bookings.moving.sessions import carry_over, leader_of, wish_to_move
from bookable.bookings.steps.changing_sessions import found_session, lock_everybody_in
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.following import follow
from bookable.catalog.models import Provider
from bookable.errors import SlotTaken
from bookable.schedule.models import Session
from bookable.transactions import Stale

#: Its time was accepted when it was booked.
_KEPT = (OFF_GRID, "notice", "minimum", "horizon")


def replace_lanes(session: Session, *, using: str, **event: Any) -> Session:
    """The session with new lanes; SlotTaken, and then it is as it was, if there are not enough.

    Whoever gives it goes on doing so if what else it takes can be had then.
    """
    leader = leader_of(found_session(session, using))
    if leader is not None:
        try:
            return _replace(session, leader, using=using, **event)
        except SlotTaken:
            pass  # then anybody will do
    return _replace(session, None, using=using, **event)


def _replace(session: Session, provider: Provider | None, *, using: str, **event: Any) -> Session:
    wishes: list[Wish] = []

    def read() -> None:
        wishes[:] = [_wish(found_session(session, using), provider)]

    def write(placing: Placing) -> Session:
        mine = placing.sessions[session.pk]
        bookings = lock_everybody_in(mine)
        if _wish(mine, provider) != wishes[0]:
            raise Stale  # somebody has joined or left it in between
        carry_over(mine, bookings, placing.place(wishes[0]), placing, **event)
        return mine

    return take(wishes, write, using=using, before=read, leaving=[session.pk])


def _wish(session: Session, provider: Provider | None) -> Wish:
    waived = as_far_as_known(_KEPT, follow(session, "service").rule_set)
    return replace(wish_to_move(session, None, provider, ()), waived=waived)
